-- expect: equal; insert needs drop constraint
alter table kind drop constraint kind_n_check;
insert into kind values (5001, 5001);
create index item_n on item(n);
alter table kind add constraint kind_n_check check (n < 9000);
