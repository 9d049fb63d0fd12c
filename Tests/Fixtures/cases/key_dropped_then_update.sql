-- expect: equal; all rows get the same key, which nothing forbids any more
alter table item drop constraint item_pkey;
update item set id = 1 where n > 0;
