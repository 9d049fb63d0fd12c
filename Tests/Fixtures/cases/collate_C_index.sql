-- expect: equal; collation change with indexes
ALTER TABLE item ALTER COLUMN note TYPE text COLLATE "C";
