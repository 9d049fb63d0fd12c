-- expect: equal; the usual way to change the type below a chain of views
drop view x;
drop view v;
alter table item alter column n type bigint;
create view v as select id, n from item;
create view x as select * from v;
