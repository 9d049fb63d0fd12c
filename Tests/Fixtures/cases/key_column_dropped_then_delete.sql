-- expect: equal; the other key tells the rows
alter table item drop column a;
update item set n = n + 1 where n % 3 = 0;
delete from item where exists (select from pg_class where relname = 'item') and n % 2 = 0;
