-- expect: equal; another table takes the place of the one that is dropped, and its column changes its type
drop table item;
alter table item_new rename to item;
alter table item alter column n type bigint;
create index item_n on item(n);
