-- expect: agreed; the server takes no other expression under a check
-- needs: 18
ALTER TABLE t ALTER v SET EXPRESSION AS (a * 3);
