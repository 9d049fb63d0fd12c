-- expect: equal; n is varchar(20)
drop view x, v;
alter table item alter column n type varchar(20);
