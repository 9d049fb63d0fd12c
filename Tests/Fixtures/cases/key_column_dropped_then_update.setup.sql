create table item(a int, b int, n int, primary key (a, b)); insert into item select g, g, g from generate_series(1, 1000) g;
