-- expect: equal; (what an ORM writes when a column's type cannot be cast)
alter table item drop column label, add column label jsonb;
create index item_n on item(n);
