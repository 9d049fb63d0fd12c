CREATE TABLE item (id int PRIMARY KEY, price int, stock int);
CREATE INDEX item_price ON item (price);
CREATE INDEX item_gone ON item (price, stock);
CREATE INDEX item_old ON item (price) WHERE stock > 0;
COMMENT ON COLUMN item.price IS 'old';
GRANT SELECT (price) ON item TO pg_monitor;
CREATE STATISTICS item_gone_stats ON price, stock FROM item;
INSERT INTO item SELECT g, g, g FROM generate_series(1, 300) g;
ANALYZE item;
