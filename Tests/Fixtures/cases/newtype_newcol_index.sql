-- expect: equal; a new enum, a column of it, an index on it
create type kind as enum ('a','b');
alter table item add column k kind not null default 'a';
create index item_k on item(k);
