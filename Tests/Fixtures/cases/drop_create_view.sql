-- expect: equal; drop the view, change the type, make the view again
DROP VIEW v;
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
CREATE VIEW v AS SELECT id, amount FROM item;
GRANT SELECT ON v TO PUBLIC;
