-- expect: equal; bytea to text
ALTER TABLE item ALTER COLUMN b TYPE text USING encode(b,'base64');
