create schema app; create table app.item(id int, n int); create table public.item(id int, n int);
