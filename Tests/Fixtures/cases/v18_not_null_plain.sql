-- expect: equal
-- needs: 18
ALTER TABLE t ADD NOT NULL a;
