-- expect: equal; self-referencing key, only the referenced column
ALTER TABLE node ALTER COLUMN id TYPE bigint;
