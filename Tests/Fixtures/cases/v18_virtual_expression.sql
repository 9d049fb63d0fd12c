-- expect: equal
-- needs: 18
ALTER TABLE t ALTER v SET EXPRESSION AS (a * 3);
