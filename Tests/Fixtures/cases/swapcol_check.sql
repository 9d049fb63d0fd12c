-- expect: equal; columns exchange names, then a check
ALTER TABLE item RENAME COLUMN amount TO amount_old;
ALTER TABLE item RENAME COLUMN qty TO amount;
ALTER TABLE item ADD CONSTRAINT ck CHECK (amount >= 0 AND amount < 100);
