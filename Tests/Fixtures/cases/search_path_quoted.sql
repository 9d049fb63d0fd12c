-- expect: equal; a schema whose name needs quotes
set search_path = "My App", public;
alter table item alter column n type bigint;
