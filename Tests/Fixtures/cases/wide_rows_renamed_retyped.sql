-- expect: refused; in a later window too a row with a value in each column has no room
alter table item drop column c1;
alter table item add column c1 bigint;
update item set c1 = id;
alter table item rename to thing;
alter table thing alter column label type varchar(40) using label::varchar(40);
