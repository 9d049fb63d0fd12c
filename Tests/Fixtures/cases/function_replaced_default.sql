-- expect: equal; m = 2 in each row
create or replace function g() returns int volatile language sql as $$ select 2 $$;
alter table item add column m int not null default g();
