-- expect: refused; two paths in one file
set search_path = app;
alter table item alter column n type bigint;
set search_path = public;
alter table item alter column n type bigint;
