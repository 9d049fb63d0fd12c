-- expect: equal; a value added to an enumeration and used, outside of one transaction
alter type mood add value 'b';
alter table item add column k mood not null default 'a';
create index item_k on item(k);
