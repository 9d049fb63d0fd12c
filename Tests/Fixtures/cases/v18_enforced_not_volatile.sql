-- expect: equal
-- needs: 18
ALTER TABLE t ADD c text DEFAULT given() CHECK (c > 'y') NOT ENFORCED;
