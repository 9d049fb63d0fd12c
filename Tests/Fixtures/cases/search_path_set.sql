-- expect: equal; the column of app.item changes, that of public.item does not
set search_path = app;
alter table item alter column n type bigint;
