-- expect: equal; seq owned swap
alter table item alter column id drop default;
drop sequence item_id_seq;
create sequence item_id_seq start 5000 owned by item.id;
alter table item alter column id set default nextval('item_id_seq');
alter table item alter column n type bigint;
insert into item(label,n) values ('new',1);
