-- expect: equal; agg_u is unique (b)
alter table agg drop column a;
alter table agg add constraint agg_u unique (b);
