create extension citext; create table item(id serial primary key, label text unique); insert into item(label) select case when i%3=0 then null else 'v'||i end from generate_series(1,1000) i;
