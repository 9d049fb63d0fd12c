-- expect: equal; columns exchange names, then type change
ALTER TABLE item RENAME COLUMN amount TO amount_old;
ALTER TABLE item RENAME COLUMN amount_big TO amount;
ALTER TABLE item ALTER COLUMN amount TYPE numeric(20,0);
