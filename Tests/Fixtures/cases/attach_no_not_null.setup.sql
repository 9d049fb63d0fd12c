create table part(id int, d date, primary key(id,d)) partition by range(d); create table old(id int, d date); insert into old select g,'2024-01-01'::date+g%300 from generate_series(1,3000) g;
