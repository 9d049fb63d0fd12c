-- expect: agreed; refused with the dependent named; a generated column depends on it
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
