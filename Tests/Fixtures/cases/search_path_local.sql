-- expect: equal; the file is one transaction, and so is the path
begin;
set local search_path to app, public;
alter table item alter column n type bigint;
create index item_n on item(n);
commit;
