-- expect: equal
-- needs: 18
ALTER TABLE t ADD v int GENERATED ALWAYS AS (a * 2) CHECK (v > 0);
