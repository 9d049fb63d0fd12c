-- expect: equal; agg_fk is on b
alter table agg drop column a;
alter table agg add constraint agg_fk foreign key (b) references kind(id);
