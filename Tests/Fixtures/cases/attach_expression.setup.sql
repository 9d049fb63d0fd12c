create table part(id int, k text) partition by range(lower(k)); create table old(id int, k text); insert into old select g,'a'||g from generate_series(1,3000) g;
