-- expect: equal; the function is the one of the path
set search_path = app, public;
alter table item alter column n type bigint using twice(n);
