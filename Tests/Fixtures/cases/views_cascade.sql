-- expect: equal; views cascade
drop view if exists v cascade;
alter table item alter column n type bigint;
create view v as select id, n from item;
create view x as select * from v;
