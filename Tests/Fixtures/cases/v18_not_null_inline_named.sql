-- expect: equal
-- needs: 18
ALTER TABLE t ADD c text CONSTRAINT c_given NOT NULL DEFAULT given();
ALTER TABLE t ADD d text NOT NULL NO INHERIT DEFAULT given();
