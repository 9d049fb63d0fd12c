-- expect: equal; end as a direct run, or a refusal
drop table item;
create table item(id bigint primary key, label text, parent bigint);
alter table item add constraint item_fk foreign key (parent) references item(id);
