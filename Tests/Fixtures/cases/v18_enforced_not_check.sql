-- expect: equal
-- needs: 18
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 10) NOT ENFORCED;
