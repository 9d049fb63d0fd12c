-- expect: refused; every row would be checked under a lock
-- needs: 18
ALTER TABLE t ALTER CONSTRAINT k ENFORCED;
