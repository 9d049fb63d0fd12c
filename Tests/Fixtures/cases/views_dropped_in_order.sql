-- expect: equal; views dropped in order
drop view y;
drop view x, v;
alter table item alter column n type bigint;
create view v as select id, n from item;
create view x as select * from v;
create view y as select * from x;
