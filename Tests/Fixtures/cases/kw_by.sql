-- expect: equal; a column named by
ALTER TABLE period ALTER COLUMN "by" TYPE bigint;
