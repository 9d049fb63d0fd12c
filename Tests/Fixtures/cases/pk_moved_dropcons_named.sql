-- expect: equal; person_id is the primary key
alter table agg drop constraint agg_pkey;
alter table agg add constraint agg_pkey primary key (person_id);
