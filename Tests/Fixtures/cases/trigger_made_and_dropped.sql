-- expect: equal; a trigger that the file makes is dropped after it is made
-- setup: RandomDatabase
CREATE UNIQUE INDEX i1 ON customers (email);
CREATE FUNCTION set_text2() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN NEW.sku := lower(NEW.sku); RETURN NEW; END';
CREATE TRIGGER g3 BEFORE INSERT OR UPDATE ON lines
  FOR EACH ROW EXECUTE FUNCTION set_text2();
ALTER TABLE orders ADD CONSTRAINT lines_order_id_fkey CHECK (code <> '');
DROP TRIGGER g3 ON lines;
ALTER TABLE lines ALTER COLUMN sku TYPE character varying(50);
COMMENT ON COLUMN orders.amount IS 'said again';
ALTER DOMAIN positive DROP CONSTRAINT positive_check;
UPDATE orders SET customer_id = NULL;
