-- expect: equal; a transaction of the file's own in its middle
ALTER TABLE item ADD COLUMN made date;
BEGIN;
CREATE TYPE kind_new AS ENUM ('A', 'B');
ALTER TABLE item ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE item ALTER COLUMN kind TYPE kind_new USING (kind::text::kind_new);
ALTER TYPE kind RENAME TO kind_old;
ALTER TYPE kind_new RENAME TO kind;
DROP TYPE kind_old;
ALTER TABLE item ALTER COLUMN kind SET DEFAULT 'A';
COMMIT;
ALTER TABLE item ALTER COLUMN note TYPE varchar(20);
BEGIN;
COMMENT ON TABLE item IS 'things';
COMMIT;
