-- expect: equal; col recreated index on it
alter table item drop column label, add column label int;
create index item_label on item(label);
