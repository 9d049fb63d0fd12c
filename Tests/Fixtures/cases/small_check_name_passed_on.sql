-- expect: equal; a new check gets the name that another one had
alter table big alter column n type bigint;
alter table s rename constraint s_v_check to s_old;
alter table s add constraint s_v_check check (v < 100);
