-- expect: equal; person_id is the primary key, id is gone
alter table agg drop constraint agg_pkey;
alter table agg drop column id;
alter table agg add primary key (person_id);
