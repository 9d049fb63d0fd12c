-- expect: equal; the column is dropped after the change of its type, and comes again
alter table item alter column n type bigint;
alter table item drop column n;
alter table item add column n text default 'new';
