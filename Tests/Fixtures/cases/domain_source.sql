-- expect: equal; from a domain
ALTER TABLE item ALTER COLUMN d TYPE bigint;
