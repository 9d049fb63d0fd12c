create table part(id int, n bigint) partition by range(id); create table part_1 partition of part for values from (0) to (1000); insert into part select g,g from generate_series(1,900) g;
create table old(id int, n int); insert into old select g,g from generate_series(1000,3000) g;
