create table item(id int primary key, n int, m int); insert into item select g, g, g from generate_series(1, 1000) g;
