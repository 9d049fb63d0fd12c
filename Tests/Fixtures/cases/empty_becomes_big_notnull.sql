-- expect: equal; or refused: scans the big table
drop table small;
alter table big rename to small;
alter table small alter column n set not null, add constraint c check (n > 0), add constraint u unique (k);
