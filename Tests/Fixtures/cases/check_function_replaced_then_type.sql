-- expect: refused; rows break the check once its function is another, and no backfill could fill them
create or replace function fine(int) returns boolean immutable language sql as 'select $1 > 900';
alter table item alter column n type bigint;
