-- expect: refused; the rows that hold NULL would break the NOT NULL of the shadow
-- needs: 18
ALTER TABLE t ALTER a TYPE bigint;
