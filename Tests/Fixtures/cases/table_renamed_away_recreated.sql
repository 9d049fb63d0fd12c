-- expect: equal; the index stands on the new table, not on the renamed one
alter table item rename to item_old;
create table item(id bigint primary key, label text, n int);
create index item_label on item(label);
alter table item alter column n type bigint;
