-- expect: equal; the index stands on app2.item
alter schema app rename to app2;
create index item_n on app2.item(n);
