-- expect: equal
-- needs: 18
ALTER TABLE t ALTER CONSTRAINT t_a_given INHERIT;
