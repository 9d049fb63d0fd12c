-- expect: refused; SET NOT NULL in a second statement is staged
-- needs: 18
ALTER TABLE t ADD v int GENERATED ALWAYS AS (a * 2) VIRTUAL NOT NULL;
