-- expect: equal; n_old has the old values, n is new and empty, the index stands on the new n
alter table item rename column n to n_old;
alter table item add column n bigint;
create index item_n on item(n);
