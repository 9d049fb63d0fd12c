create table item(a int, b int, n int, primary key (a), unique (b)); alter table item alter b set not null; insert into item select g, g, g from generate_series(1, 1000) g;
