-- expect: equal; a batch tells its rows by the key's new name
-- setup: RandomDatabase
ALTER TABLE orders DROP COLUMN state;
ALTER TABLE lines ALTER COLUMN no TYPE numeric(12,3);
DROP TABLE orders CASCADE;
CREATE TABLE orders (id bigint PRIMARY KEY, code text);
ALTER TABLE lines RENAME COLUMN no TO c22;
UPDATE lines SET pieces = pieces + 1;
ALTER TABLE orders ALTER COLUMN code DROP DEFAULT;
