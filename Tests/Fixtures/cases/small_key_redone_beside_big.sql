-- expect: equal; the name of the key is in use until the plan's last transaction
alter table big alter column n type bigint;
alter table s drop constraint s_p_id_fkey;
alter table s add constraint s_p_id_fkey foreign key (p_id) references p on delete cascade;
