-- expect: equal; default set, then check and index
ALTER TABLE item ALTER COLUMN st SET DEFAULT 'new';
ALTER TABLE item ADD CONSTRAINT ck CHECK (st IS NULL OR st <> '');
CREATE INDEX ix ON item(st);
