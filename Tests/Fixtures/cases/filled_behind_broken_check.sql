-- expect: refused; no backfill can touch rows that break it
-- setup: RandomDatabase
ALTER TABLE lines RENAME TO t1;
ALTER TABLE customers ADD CONSTRAINT k2 CHECK (name IS NOT NULL) NOT VALID;
ALTER TABLE t1 DROP CONSTRAINT lines_pkey;
ALTER TABLE customers RENAME TO lines;
ALTER TABLE lines ADD COLUMN c33 bigint DEFAULT nextval('ticket');
ALTER INDEX customers_name_idx RENAME TO i34;
DROP FUNCTION is_fine(integer) CASCADE;
ALTER TABLE orders ALTER COLUMN note TYPE integer USING coalesce(length_of(note), 0);
