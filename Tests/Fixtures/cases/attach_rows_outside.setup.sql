create table part(id int, d date not null) partition by range(d);
create table old(id int, d date not null); insert into old select g,'2024-06-01'::date+g%300 from generate_series(1,3000) g;
