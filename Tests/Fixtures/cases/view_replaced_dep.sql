-- expect: equal; (n bigint in v), or refused
drop function fv();
drop view v;
alter table item alter column n type bigint;
create view v as select id, n, label from item;
create function fv() returns setof v language sql as 'select * from v';
grant select on v to public;
comment on view v is 'x';
