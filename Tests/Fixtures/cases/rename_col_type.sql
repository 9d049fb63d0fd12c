-- expect: equal; rename then change type
ALTER TABLE item RENAME COLUMN amount TO total;
ALTER TABLE item ALTER COLUMN total TYPE bigint;
