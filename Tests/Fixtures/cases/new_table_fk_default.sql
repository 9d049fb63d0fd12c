-- expect: equal; (or direct): the new table and its row come first, then the column with its default and foreign key
create table lang(id serial primary key, code varchar(3));
insert into lang(id, code) values (0, 'und');
alter table item add column lang_id int references lang not null default 0;
