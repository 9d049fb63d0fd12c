-- expect: equal; DROP COLUMN before a new table (what any ORM writes: drops first)
alter table item drop column old;
create table tpl(id serial primary key);
alter table item add column tpl_id int;
alter table item add constraint item_tpl foreign key (tpl_id) references tpl(id);
