-- expect: equal; view replaced before a type change
CREATE OR REPLACE VIEW v AS SELECT id, note, amount FROM item;
ALTER TABLE item ALTER COLUMN code TYPE text USING upper(code);
