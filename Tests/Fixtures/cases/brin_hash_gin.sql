-- expect: equal; brin, hash, partial covering, opclass indexes
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
