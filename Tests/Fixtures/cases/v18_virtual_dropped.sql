-- expect: equal
-- needs: 18
ALTER TABLE t DROP COLUMN v;
ALTER TABLE t ALTER a TYPE bigint;
