-- expect: equal; array type
alter table item alter column a drop default, alter column a type int[] using a::int[], alter column a set default '{}'::int[];
alter table item alter column e type text[];
