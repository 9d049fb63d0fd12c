-- expect: refused; a table has 1600 columns at most, and no other fits beside them
alter table item alter column c1 type bigint;
