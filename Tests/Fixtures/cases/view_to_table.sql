-- expect: equal; end as a direct run
drop view item_v;
create table item_v(id int primary key, n int);
create index item_v_n on item_v(n);
insert into item_v select id,n from item where id < 10;
