-- expect: equal; item_a is on label
create index item_a on item(n);
drop index item_a;
create index item_a on item(label);
