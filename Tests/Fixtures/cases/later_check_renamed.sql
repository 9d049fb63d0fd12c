-- expect: agreed; a column gets another's name first, and its rows break the check
alter table item rename column id to former;
alter table item rename column n to id;
alter table item add constraint item_id check (id > 10);
