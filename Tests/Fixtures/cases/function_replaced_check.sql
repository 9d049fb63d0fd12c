-- expect: agreed; refused by the data (a direct run fails: rows with n <= 10 break the new rule); must not end with rows that break it
create or replace function ok(int) returns bool immutable language sql as $$ select $1 > 10 $$;
alter table item add constraint item_ok check (ok(n));
