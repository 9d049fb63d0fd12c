-- expect: equal; kind is empty
insert into kind values (5001);
truncate kind;
create index item_n on item(n);
