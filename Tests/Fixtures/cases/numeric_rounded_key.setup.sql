create table item(id serial primary key, v numeric(10,2) unique); insert into item(v) select i/100.0 from generate_series(1,1000) i;
