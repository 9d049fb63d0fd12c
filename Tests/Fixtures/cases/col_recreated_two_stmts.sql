-- expect: equal; col recreated two stmts
alter table item drop column label;
alter table item add column label jsonb;
create index item_n on item(n);
