-- expect: equal; type of a generated column
ALTER TABLE item ALTER COLUMN dbl TYPE bigint;
