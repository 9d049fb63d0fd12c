create table kind(id int primary key); insert into kind select generate_series(1,10); create table item(id serial primary key, n int); insert into item(n) select i%3+1 from generate_series(1,1000) i;
