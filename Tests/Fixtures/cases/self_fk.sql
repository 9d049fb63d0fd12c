-- expect: equal; self-referencing key, both columns
ALTER TABLE node ALTER COLUMN id TYPE bigint, ALTER COLUMN parent TYPE bigint;
