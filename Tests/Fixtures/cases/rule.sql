-- expect: agreed; refused, rule named; a rule uses the column
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
