-- expect: equal
-- needs: 18
ALTER TABLE t ADD CHECK (v > 0);
