CREATE INDEX ON item USING gin (tags);
CREATE INDEX ON item USING brin (made) WITH (pages_per_range = 32);
CREATE INDEX ON item USING hash (label);
CREATE INDEX IF NOT EXISTS item_there ON item (label);
CREATE UNIQUE INDEX ON item (price) INCLUDE (label) NULLS NOT DISTINCT WHERE price IS NOT NULL;
CREATE INDEX "Odd One" ON item (lower(label) DESC, (price + 1)) WITH (fillfactor = 60);
COMMENT ON INDEX "Odd One" IS 'for a report';
CREATE INDEX ON item (price);
CREATE INDEX ON item (price);
