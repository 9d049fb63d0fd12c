-- expect: equal; NO INHERIT and NOT VALID checks
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
