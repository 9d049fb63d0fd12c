-- expect: equal; the file puts the path back at its end
set search_path = app;
alter table item alter column n type bigint;
reset search_path;
