-- expect: equal; no duplicates are left once the table is truncated
truncate item;
alter table item add constraint item_u unique (label);
