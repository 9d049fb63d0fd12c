-- expect: equal
alter table item add column title text;
update item set title = upper(label);
alter table item drop column label;
