-- expect: equal; the trigger does not fire for ADD COLUMN (no row of log is made)
create table log(id serial, what text);
create function f() returns trigger language plpgsql as $$ begin insert into log(what) values (old.id::text); return new; end $$;
create trigger tr after update on item for each row execute function f();
alter table item add column u uuid not null default gen_random_uuid();
alter table item alter column n type bigint;
