-- expect: equal
-- needs: 18
ALTER TABLE t ADD CONSTRAINT t_a_given NOT NULL a;
