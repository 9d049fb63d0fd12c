-- expect: equal; sequence new default
create sequence item_m_seq;
alter table item add column m int not null default nextval('item_m_seq');
