ALTER TABLE invoice ALTER COLUMN amount TYPE bigint;
