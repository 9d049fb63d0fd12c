-- expect: equal
-- needs: 18
ALTER TABLE t ADD v int GENERATED ALWAYS AS (a * 2);
ALTER TABLE t ALTER v SET NOT NULL;
