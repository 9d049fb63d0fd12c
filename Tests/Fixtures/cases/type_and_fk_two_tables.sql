-- expect: equal; both sides of a foreign key change, the key is dropped and added
alter table item drop constraint item_kind_id_fkey;
alter table kind alter column id type bigint;
alter table item alter column kind_id type bigint;
alter table item add constraint item_kind_id_fkey foreign key (kind_id) references kind(id) on delete cascade;
