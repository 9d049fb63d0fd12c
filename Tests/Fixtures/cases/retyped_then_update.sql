-- expect: equal; the new value breaks the domain that the column had
alter table item alter column n type int;
update item set n = -1 where id > 5;
