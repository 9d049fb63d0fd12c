-- expect: equal; text column becomes a new enum
create type kind as enum ('a','b');
alter table item alter column k drop default;
alter table item alter column k type kind using k::kind;
alter table item alter column k set default 'a';
create index item_k on item(k);
