-- expect: equal; rename col notnull
alter table item rename column n to amount;
alter table item alter column amount set not null;
