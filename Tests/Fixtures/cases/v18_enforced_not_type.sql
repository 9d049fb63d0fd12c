-- expect: equal
-- needs: 18
ALTER TABLE t ALTER a TYPE bigint;
