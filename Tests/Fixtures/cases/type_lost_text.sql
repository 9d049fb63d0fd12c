-- expect: equal; n is int
drop view x, v;
alter table item alter column n type int using n::int;
