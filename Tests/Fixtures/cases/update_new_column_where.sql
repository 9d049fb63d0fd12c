-- expect: equal; (backfill with the condition)
alter table item add column flag boolean not null default false;
update item set flag = true where n > 500;
