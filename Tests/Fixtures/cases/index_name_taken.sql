-- expect: agreed; the index of a replaced column keeps its name
-- setup: RandomDatabase
CREATE MATERIALIZED VIEW m11 AS SELECT email, count(*) FROM customers GROUP BY 1;
ALTER TABLE orders ALTER COLUMN customer_id TYPE bigint;
ALTER TABLE customers DROP COLUMN name;
ALTER TABLE lines ALTER COLUMN sku TYPE bytea USING convert_to(sku, 'UTF8');
CREATE INDEX lines_sku_idx ON lines (no);
ALTER TABLE orders ADD CONSTRAINT k32 CHECK (code <> '');
ALTER TABLE orders RENAME COLUMN code TO c43;
