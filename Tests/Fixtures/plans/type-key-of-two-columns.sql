ALTER TABLE member ALTER COLUMN id TYPE bigint, ALTER mate TYPE bigint;
ALTER TABLE badge ALTER COLUMN owner TYPE bigint, ALTER id TYPE bigint;
