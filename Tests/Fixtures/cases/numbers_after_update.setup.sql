create sequence ticket; create table orders(id int primary key, amount int); insert into orders select i,i from generate_series(1,900) i; analyze;
