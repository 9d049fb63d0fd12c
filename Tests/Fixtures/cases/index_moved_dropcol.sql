-- expect: equal; agg_ix is on b (the old one goes with its column)
alter table agg drop column a;
create index agg_ix on agg(b);
