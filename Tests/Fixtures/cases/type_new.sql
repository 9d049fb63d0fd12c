-- expect: equal; type new
create type lbl as enum ('a','b');
alter table item add column k lbl not null default 'a';
alter table item alter column label type lbl using (case when label like 'l1%' then 'a' else 'b' end)::lbl;
create index item_k on item(k);
