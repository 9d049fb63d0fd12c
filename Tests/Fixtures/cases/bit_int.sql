-- expect: equal; bit to int
ALTER TABLE item ALTER COLUMN b TYPE int USING b::int;
