create table kind(id int primary key); insert into kind select generate_series(0,5); create table part(id int, kind_id int references kind) partition by range(id);
create table old(id int, kind_id int); insert into old select g,g%20 from generate_series(1,3000) g;
