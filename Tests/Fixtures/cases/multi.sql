-- expect: equal; one statement with many commands
ALTER TABLE item ALTER COLUMN amount TYPE bigint, ADD COLUMN total bigint DEFAULT 0 NOT NULL, ADD CONSTRAINT c CHECK (total>=0), DROP COLUMN note, ALTER COLUMN qty DROP DEFAULT, ALTER COLUMN qty SET STATISTICS 50;
