-- expect: equal; no column k
alter table item add column k int not null default (random()*0)::int;
alter table item drop column k;
