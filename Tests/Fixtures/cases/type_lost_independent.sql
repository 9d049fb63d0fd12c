-- expect: equal; n is bigint
drop view x, v;
alter table item alter column n type bigint;
