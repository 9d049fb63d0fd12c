-- expect: equal; label has the NEW collation c1
alter collation c1 rename to c1_old;
create collation c1 (locale='POSIX');
alter table item alter column label type text collate c1;
