-- expect: equal; fk dropped added type
alter table item drop constraint item_kind_id_fkey;
alter table kind drop constraint kind_pkey, alter column id type text, add constraint kind_pkey primary key (id);
alter table item alter column kind_id type text;
alter table item add constraint item_kind_id_fkey foreign key (kind_id) references kind(id) on delete cascade;
