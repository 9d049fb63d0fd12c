-- expect: equal; NOT NULL stays that is set after it is lifted
-- setup: RandomDatabase
ALTER TABLE lines ALTER COLUMN sku DROP NOT NULL;
ALTER TABLE customers RENAME COLUMN zip TO c1;
ALTER TABLE lines ALTER COLUMN sku SET NOT NULL;
COMMENT ON COLUMN lines.no IS 'said again';
