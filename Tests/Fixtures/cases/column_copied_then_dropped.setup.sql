create table item(id int primary key, n int, label text); insert into item select g, g, g from generate_series(1, 1000) g; create table archive(id int primary key, n int, label text);
