-- expect: agreed; rounded values fall together in a unique column
alter table item alter column v type numeric(10,1);
