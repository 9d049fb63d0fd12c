-- expect: equal; what needs no plan goes along the path too
set search_path = app;
alter table item add column note text;
create table made(id int);
create index made_id on made(id);
