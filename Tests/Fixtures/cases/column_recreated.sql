-- expect: equal; n is text, with the new index
alter table item drop column n;
alter table item add column n text;
create index item_n on item(n);
