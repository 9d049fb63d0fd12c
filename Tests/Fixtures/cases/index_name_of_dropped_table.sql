-- expect: equal; agg_ix is on agg(a)
drop table oth;
create index agg_ix on agg(a);
