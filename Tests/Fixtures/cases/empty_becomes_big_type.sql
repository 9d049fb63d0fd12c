-- expect: equal; or refused: rewrites the big table; must not pass as a change of an empty table
drop table small;
alter table big rename to small;
alter table small alter column n type bigint;
