-- expect: equal; col recreated one stmt nn
alter table item drop column label, add column label jsonb not null default '{}';
create index item_n on item(n);
