-- expect: equal; item_ix stands on n
drop index if exists item_ix;
create index if not exists item_ix on item(n);
