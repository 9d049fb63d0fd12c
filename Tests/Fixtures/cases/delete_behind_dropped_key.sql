-- expect: equal; rows go once no key holds them any more
-- setup: RandomDatabase
ALTER TABLE lines DROP CONSTRAINT lines_order_id_fkey;
ALTER TABLE lines ALTER COLUMN pieces SET NOT NULL;
DELETE FROM orders;
ALTER TABLE orders ALTER COLUMN state TYPE text USING upper(state::text);
