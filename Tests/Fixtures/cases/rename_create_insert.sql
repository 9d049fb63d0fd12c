-- expect: equal; kind is the new table with two rows, kind_old has the thousand
alter table kind rename to kind_old;
create table kind(id int primary key, label text);
insert into kind values (5001,'a'),(5002,'b');
create index big_n on big(n);
