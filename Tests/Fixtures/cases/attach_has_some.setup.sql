create table kind(id int primary key); insert into kind select generate_series(0,20);
create table part(id int, d date not null, kind_id int references kind, k text, primary key(id,d)) partition by range(d);
create index on part(k);
create table old(id int not null, d date not null, kind_id int constraint mine references kind, k text, constraint old_own primary key(id,d)); create index old_of_mine on old(k); insert into old select g,'2024-01-01'::date+g%300,g%20,'k'||g from generate_series(1,3000) g;
