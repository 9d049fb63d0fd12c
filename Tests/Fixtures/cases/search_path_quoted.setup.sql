create schema "My App"; create table "My App".item(id serial primary key, n int); insert into "My App".item(n) select i from generate_series(1,1000) i;
