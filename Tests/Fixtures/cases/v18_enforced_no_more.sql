-- expect: equal
-- needs: 18
ALTER TABLE t ALTER CONSTRAINT k NOT ENFORCED;
