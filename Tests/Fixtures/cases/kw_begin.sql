-- expect: equal; a column named begin
ALTER TABLE period ALTER COLUMN "begin" TYPE bigint;
