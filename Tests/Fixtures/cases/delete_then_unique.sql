-- expect: equal
delete from item where n % 3 <> 0;
create unique index item_n on item (n);
