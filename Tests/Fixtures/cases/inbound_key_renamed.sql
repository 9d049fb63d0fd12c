-- expect: equal; a key onto a column that changes its type gets another name before
-- setup: RandomDatabase
ALTER TABLE customers ADD CONSTRAINT u1 UNIQUE (zip);
ALTER TABLE orders RENAME CONSTRAINT orders_customer_id_fkey TO k12;
ALTER TABLE customers ALTER COLUMN id TYPE bigint;
