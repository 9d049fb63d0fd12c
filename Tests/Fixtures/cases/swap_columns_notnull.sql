-- expect: equal; the column n (old m) is NOT NULL, m (old n) is nullable
alter table item rename column n to tmp;
alter table item rename column m to n;
alter table item rename column tmp to m;
alter table item alter column n set not null;
