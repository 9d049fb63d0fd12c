create table part(id int, d date not null) partition by range(d); create index on part(id); create index on part(d); create table other(x int); create index old_id_idx on other(x); create table old_d_idx(x int);
create table old(id int, d date not null); insert into old select g,'2024-01-01'::date+g%300 from generate_series(1,3000) g;
