-- expect: equal; a column named as its table
ALTER TABLE note ALTER COLUMN note TYPE int USING note::int;
