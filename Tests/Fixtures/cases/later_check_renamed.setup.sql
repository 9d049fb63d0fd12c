create table item(id serial primary key, label text, n int); insert into item(label,n) select chr(97+i%26)||i,i from generate_series(1,1000) i;
