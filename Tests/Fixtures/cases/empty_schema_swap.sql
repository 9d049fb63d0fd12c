-- expect: equal; or refused: the index is built on the big table
alter schema a rename to a_old;
alter schema b rename to a;
create index t_n on a.t(n);
