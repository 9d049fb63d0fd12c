-- expect: equal; item holds exactly the two new rows at the end (direct run)
truncate item;
insert into item(id,label,n) values (1,'a',1),(2,'b',2);
create index big_n on big(n);
