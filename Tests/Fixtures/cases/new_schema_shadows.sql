-- expect: equal; the column of app.item (new) changes, that of public.item does not
create schema app;
create table app.item(id int, n int);
set search_path = app, public;
alter table item alter column n type bigint;
create index item_n on item(n);
