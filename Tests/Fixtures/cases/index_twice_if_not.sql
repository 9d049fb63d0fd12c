-- expect: equal; item_a is on n
create index item_a on item(n);
create index if not exists item_a on item(label);
