-- expect: agreed; the column that gets the name has duplicates
alter table item rename column n to former;
alter table item rename column label to n;
alter table item add constraint item_n unique (n);
