-- expect: equal; column new fk nn
alter table item add column k int not null default 0;
alter table item add constraint k_pos check (k >= 0);
alter table item alter column k drop default;
create unique index item_nk on item(n, k);
