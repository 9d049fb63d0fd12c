-- expect: equal; (what any ORM writes for a new model with an enum and a relation)
create type kind as enum ('a','b');
create table tpl(id serial primary key, k kind not null default 'a');
alter table item add column tpl_id int;
create index item_tpl_ix on item(tpl_id);
alter table item add constraint item_tpl foreign key (tpl_id) references tpl(id);
