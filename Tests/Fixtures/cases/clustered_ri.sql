-- expect: equal; CLUSTER ON and REPLICA IDENTITY USING INDEX over changed columns
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
ALTER TABLE item ALTER COLUMN qty TYPE bigint;
