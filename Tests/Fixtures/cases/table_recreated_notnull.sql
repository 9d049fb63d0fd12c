-- expect: equal; end as a direct run, or be refused
drop table item;
create table item(id bigint primary key, label text, n int);
alter table item alter column label set not null;
alter table item add constraint n_positive check (n > 0);
alter table other add constraint other_item foreign key (item_id) references other(id);
create index item_label on item(label);
alter table item alter column n type bigint;
