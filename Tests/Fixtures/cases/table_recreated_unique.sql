-- expect: equal; the new table has its unique constraint and foreign key, or a refusal
drop table item;
create table item(id bigint primary key, label text, parent bigint);
alter table item add constraint item_u unique (label);
