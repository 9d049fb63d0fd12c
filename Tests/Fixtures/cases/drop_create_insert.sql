-- expect: equal; kind is the new table with two rows
drop table kind;
create table kind(id int primary key, label text);
insert into kind values (1,'a'),(2,'b');
create index big_n on big(n);
