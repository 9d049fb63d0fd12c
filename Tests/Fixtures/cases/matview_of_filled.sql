-- expect: equal; a view of rows comes after they are filled
-- setup: RandomDatabase
ALTER TABLE lines ALTER COLUMN sku SET DEFAULT 'none';
ALTER TABLE lines ADD COLUMN score integer UNIQUE;
ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;
ALTER TABLE orders ADD COLUMN since bigint DEFAULT nextval('ticket');
CREATE MATERIALIZED VIEW m13 AS SELECT since, count(*) FROM orders GROUP BY 1;
