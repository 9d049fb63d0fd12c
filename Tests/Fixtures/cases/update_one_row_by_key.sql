-- expect: equal; no plan needed: the primary key is compared with a constant, one row
update item set label = 'x' where id = 7;
delete from item where id in (8, 9);
