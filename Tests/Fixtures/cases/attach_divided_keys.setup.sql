create table kind(id int primary key); insert into kind select generate_series(0,20);
create table part(id int, k text, d date, kind_id int references kind, primary key(id,k,d)) partition by list(k); create index on part(d);
create table old(id int not null, k text not null, d date not null, kind_id int) partition by range(d); create table old_1 partition of old for values from ('2024-01-01') to ('2024-07-01'); create table old_2 partition of old for values from ('2024-07-01') to ('2025-01-01'); insert into old select g,'x','2024-01-01'::date+g%300,g%20 from generate_series(1,3000) g;
