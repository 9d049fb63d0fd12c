-- expect: equal; item 1 has the label x
delete from kind where id = 1;
insert into kind values (1,'x');
update kind set label = 'y' where id = 2;
create index big_n on big(n);
