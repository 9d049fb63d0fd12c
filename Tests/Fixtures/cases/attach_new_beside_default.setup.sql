create table part(id int, k text) partition by list(k); create index on part(id); create table rest partition of part default; insert into part select g, chr(97+g%5) from generate_series(1,3000) g;
