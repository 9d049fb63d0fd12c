-- expect: equal; default set first: when do clients get it?
ALTER TABLE item ALTER COLUMN st SET DEFAULT 'new';
CREATE INDEX ix ON item(amount);
