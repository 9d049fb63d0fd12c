create table part(id int, d date, primary key(id,d)) partition by range(d);
create table old(id int not null, d date not null); insert into old select g%100,'2024-01-01'::date+g%10 from generate_series(1,3000) g;
