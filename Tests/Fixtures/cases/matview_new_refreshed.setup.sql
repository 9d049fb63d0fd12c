create table item(id int primary key, n int); insert into item select g, g from generate_series(1, 1000) g;
