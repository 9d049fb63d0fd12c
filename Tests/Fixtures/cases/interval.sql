-- expect: equal; interval with fields
ALTER TABLE item ALTER COLUMN i TYPE interval day to second(0);
