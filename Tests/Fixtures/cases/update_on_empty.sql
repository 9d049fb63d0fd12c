-- expect: equal; no plan needed
update item set n = 1;
alter table item alter column n set not null;
