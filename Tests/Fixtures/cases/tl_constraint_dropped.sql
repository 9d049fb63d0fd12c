-- expect: equal; n is bigint, c1 is gone
alter table item drop constraint c1;
alter table oth drop constraint oth_id_fkey;
alter table item alter column n type bigint, alter column id type bigint;
