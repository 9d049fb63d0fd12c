-- expect: equal; varchar to citext with a unique constraint
ALTER TABLE item ALTER COLUMN code TYPE citext;
