-- expect: equal; direct or staged
create table lang(id int primary key, code varchar(3));
create index lang_code on lang(code);
alter table lang add column x int;
alter table item add column lang_id int;
alter table item add constraint item_lang foreign key (lang_id) references lang(id);
create index item_lang_ix on item(lang_id);
