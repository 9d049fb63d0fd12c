-- expect: equal; as pg_dump writes it
select pg_catalog.set_config('search_path', 'app', false);
alter table item add constraint item_positive check (n > 0);
alter table item alter column n set not null;
