-- expect: equal; no plan is needed for the table's scan... staged at best: a new nullable column and an index on it
alter table item add column k int;
create index item_k on item(k);
