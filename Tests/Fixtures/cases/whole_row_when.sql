-- expect: equal; trigger WHEN with whole rows
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
