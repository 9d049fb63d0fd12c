-- expect: equal; rename table notnull
alter table item rename to thing;
alter table thing alter column n set not null;
