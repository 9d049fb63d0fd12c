-- expect: equal; agg_c is on b
alter table agg drop column a;
alter table agg add constraint agg_c check (b > 0);
