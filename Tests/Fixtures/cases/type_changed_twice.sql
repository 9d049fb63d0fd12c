-- expect: equal; the first change is brief, the second one rewrites
alter table item alter column n type int;
alter table item alter column n type numeric(12,3);
