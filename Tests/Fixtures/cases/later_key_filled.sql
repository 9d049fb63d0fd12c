-- expect: equal; the new table gets its rows first
alter table kind rename to kind_old;
create table kind(id int primary key);
insert into kind values (1), (2), (3);
alter table item add constraint item_kind foreign key (n) references kind(id);
