-- expect: equal; n is bigint NOT NULL with default 5 and an index
drop view v, x;
alter table item alter column n type bigint, alter column n set not null, alter column n set default 5;
create index item_n on item(n);
