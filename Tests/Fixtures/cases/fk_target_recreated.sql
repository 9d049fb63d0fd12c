-- expect: agreed; a direct run fails (the new kind is empty); djogi must not end with a key onto kind_old
alter table kind rename to kind_old;
create table kind(id int primary key);
alter table item add constraint item_kind foreign key (kind_id) references kind(id);
