create table kind(id int primary key); insert into kind select generate_series(0,20);
create table part(id int, d date not null, kind_id int references kind, k text, primary key(id,d), unique(k,d)) partition by range(d);
create index on part(kind_id); create index part_low on part(lower(k), d) where id > 3; create unique index on part(d, id, kind_id);
create table part_2023 partition of part for values from ('2023-01-01') to ('2024-01-01');
insert into part select g,'2023-02-01'::date+g%300,g%20,'k'||g from generate_series(1,1000) g;
create table old(id int not null, k text, kind_id int, d date not null); insert into old select g,'k'||g,g%20,'2024-01-01'::date+g%300 from generate_series(1,3000) g;
