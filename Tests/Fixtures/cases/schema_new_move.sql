-- expect: equal; or refused
create schema app;
alter table item set schema app;
create index item_n on app.item(n);
