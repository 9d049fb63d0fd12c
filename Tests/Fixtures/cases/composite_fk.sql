-- expect: equal; composite foreign key, one column of both sides
ALTER TABLE p ALTER COLUMN b TYPE bigint;
ALTER TABLE k ALTER COLUMN b TYPE bigint;
