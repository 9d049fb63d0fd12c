-- expect: equal; n is bigint
drop view v;
drop table junk;
drop index if exists nope;
alter table item alter column n type bigint;
