-- expect: equal; insert needs drop notnull
alter table kind alter column n drop not null;
insert into kind values (5001, null);
alter table kind alter column n set default 4;
insert into kind(id) values (5002);
create index item_n on item(n);
