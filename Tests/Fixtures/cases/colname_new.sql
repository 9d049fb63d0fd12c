-- expect: equal; a column amount_new is there already
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
