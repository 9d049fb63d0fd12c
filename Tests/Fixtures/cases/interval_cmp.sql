-- expect: equal; intervals that compare equal but differ
ALTER TABLE item ALTER COLUMN i TYPE interval USING i::interval;
