-- expect: equal; char(n) to text
ALTER TABLE item ALTER COLUMN ch TYPE text;
