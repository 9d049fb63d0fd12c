-- expect: equal; a domain of another column refuses NULL, and has nothing to do with the change
alter table item alter column n type bigint;
