create table item(a int not null unique, n int); insert into item select g, g from generate_series(1, 1000) g;
