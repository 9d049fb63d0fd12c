-- expect: equal; TRUNCATE first, then a check that the old rows violate
TRUNCATE k;
ALTER TABLE k ALTER COLUMN v TYPE bigint;
ALTER TABLE k ADD CONSTRAINT ck CHECK (v < 0);
