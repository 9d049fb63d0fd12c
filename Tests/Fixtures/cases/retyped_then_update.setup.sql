create domain positive as int check (value > 0); create table item(id int primary key, n positive); insert into item select g, g from generate_series(1, 1000) g;
