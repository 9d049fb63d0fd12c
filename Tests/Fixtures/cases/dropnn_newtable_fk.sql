-- expect: equal; DROP NOT NULL before a new table
alter table item add column tpl_id int, alter column n drop not null;
create table tpl(id serial primary key);
create index item_tpl_ix on item(tpl_id);
alter table item add constraint item_tpl foreign key (tpl_id) references tpl(id);
