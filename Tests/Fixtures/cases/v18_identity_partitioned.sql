-- expect: equal
-- needs: 18
ALTER TABLE t ADD n bigint GENERATED ALWAYS AS IDENTITY;
