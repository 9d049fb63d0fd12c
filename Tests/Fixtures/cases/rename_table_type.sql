-- expect: equal; rename table type
alter table item rename to thing;
alter table thing alter column n type bigint;
