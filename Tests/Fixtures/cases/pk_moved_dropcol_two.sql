-- expect: equal; person_id is the primary key
alter table agg drop column id;
alter table agg add primary key (person_id);
