-- expect: equal; the whole table is dropped after the type of its column changes
alter table item alter column n type bigint;
alter table other add column note text;
drop table item;
