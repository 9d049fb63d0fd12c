-- expect: equal; the index stands on what was item_new
alter table item rename to item_old;
alter table item_new rename to item;
create index item_label on item(label);
