-- expect: equal; the function is replaced first, and every row keeps the new rule
create or replace function ok(int) returns bool immutable language sql as 'select $1 > 0';
alter table item add constraint item_ok check (ok(n));
