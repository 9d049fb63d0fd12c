-- expect: equal; n is gone
alter table item alter column n type bigint;
alter table item drop column n;
