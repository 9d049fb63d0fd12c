-- expect: equal; updated_at unchanged, log empty
alter table item alter column n type bigint;
