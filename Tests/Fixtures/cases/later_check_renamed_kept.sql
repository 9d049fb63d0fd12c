-- expect: equal; the same, and no row breaks it
alter table item rename column id to former;
alter table item rename column n to id;
alter table item add constraint item_id check (id > 0);
