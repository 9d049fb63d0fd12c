-- expect: refused; the first statement is about another item than the last
alter table item alter column n type bigint;
set search_path = app;
alter table item alter column n type bigint;
