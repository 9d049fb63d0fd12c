-- expect: equal; one ALTER TABLE with DROP COLUMN and ADD COLUMN, then an index on the new column (what any ORM writes)
alter table item drop column old, add column neu int;
create index item_neu on item(neu);
