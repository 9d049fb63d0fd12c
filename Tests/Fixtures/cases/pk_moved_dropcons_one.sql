-- expect: equal; person_id is the primary key
alter table agg drop constraint agg_pkey, add primary key (person_id);
