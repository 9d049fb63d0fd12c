-- expect: equal; n = 10 * the old n
create or replace function conv(int) returns bigint immutable language sql as 'select $1::bigint * 10';
alter table item alter column n type bigint using conv(n);
