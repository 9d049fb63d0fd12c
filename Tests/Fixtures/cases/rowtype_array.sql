-- expect: equal; array of row type
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
