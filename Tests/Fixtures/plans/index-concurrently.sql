CREATE INDEX CONCURRENTLY item_one ON item (price);
CREATE INDEX item_two ON item (price, label);
DROP INDEX CONCURRENTLY item_old;
DROP INDEX IF EXISTS item_older, item_never;
REINDEX INDEX CONCURRENTLY item_pkey;
