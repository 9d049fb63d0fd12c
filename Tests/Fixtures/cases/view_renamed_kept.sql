-- expect: agreed; refused (v_old depends on the column; a direct run fails, too)
alter view v rename to v_old;
alter table item alter column n type bigint;
create view v as select id, n from item;
