-- expect: equal; moved to a schema, then an index
ALTER TABLE item SET SCHEMA s2;
CREATE INDEX ix ON s2.item(amount);
