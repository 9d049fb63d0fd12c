-- expect: equal; statements after a type change that need the new type
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
CREATE INDEX ix ON item(amount int8_ops);
ALTER TABLE item ADD CONSTRAINT ck CHECK (amount < 5000000000);
ALTER TABLE item ALTER COLUMN amount SET DEFAULT 4000000000;
CREATE VIEW v AS SELECT amount FROM item;
GRANT SELECT (amount) ON item TO public;
COMMENT ON COLUMN item.amount IS 'wide';
