ALTER TABLE organisation ALTER COLUMN id TYPE bigint;
