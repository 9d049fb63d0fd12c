-- expect: equal; DROP CONSTRAINT before a new table
alter table item drop constraint c;
create table tpl(id serial primary key);
alter table item add column tpl_id int;
alter table item add constraint item_tpl foreign key (tpl_id) references tpl(id);
