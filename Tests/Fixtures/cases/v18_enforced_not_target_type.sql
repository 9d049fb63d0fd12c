-- expect: equal
-- needs: 18
ALTER TABLE r ALTER id TYPE bigint;
