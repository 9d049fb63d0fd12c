-- expect: equal; log is empty at the end
create table log(id serial, what text);
create function f() returns trigger language plpgsql as $$ begin insert into log(what) values (old.id::text); return new; end $$;
create trigger tr after update on item for each row execute function f();
alter table item add column u int not null default (random()*0)::int;
alter table item alter column n type bigint;
