-- expect: equal; no client reads a view before the file has made it
create materialized view per_n as select n, count(*) as items from item group by n with no data;
create unique index per_n_n on per_n (n);
refresh materialized view per_n;
alter table item alter column m type bigint;
