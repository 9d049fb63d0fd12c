-- expect: equal; col recreated serial
alter table item drop column id, add column id bigserial, add constraint item_pkey primary key (id);
