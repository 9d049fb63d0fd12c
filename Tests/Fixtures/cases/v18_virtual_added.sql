-- expect: equal
-- needs: 18
ALTER TABLE t ADD v int GENERATED ALWAYS AS (a * 2) VIRTUAL;
ALTER TABLE t ADD w int GENERATED ALWAYS AS (a * 2);
