-- expect: equal
-- needs: 18
ALTER TABLE t ALTER v TYPE bigint;
