-- expect: equal; constraint recreated one stmt
alter table item drop constraint c, drop constraint u, add constraint c check (n > -1), add constraint u unique (label);
