-- expect: equal; money to numeric
ALTER TABLE item ALTER COLUMN m TYPE numeric(12,2);
