-- expect: equal; rows break a check that binds only new ones
alter table item alter column n type bigint;
alter table item add constraint item_m check (m > 900) not valid;
