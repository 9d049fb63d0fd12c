-- expect: refused; what clients write into label until the plan's end would be lost
alter table item add column title text;
update item set title = upper(label);
alter table item drop column label;
