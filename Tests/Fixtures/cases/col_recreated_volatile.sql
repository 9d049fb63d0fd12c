-- expect: equal; col recreated volatile
alter table item drop column label, add column label int not null default (random()*0)::int;
