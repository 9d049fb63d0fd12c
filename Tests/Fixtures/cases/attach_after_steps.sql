-- expect: equal; the file prepares the partition itself
ALTER TABLE old ADD CONSTRAINT old_bound CHECK (d >= '2024-01-01' AND d < '2025-01-01') NOT VALID;
ALTER TABLE old VALIDATE CONSTRAINT old_bound;
ALTER TABLE old ALTER COLUMN d SET NOT NULL;
CREATE INDEX old_by_id ON old (id);
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
ALTER TABLE old DROP CONSTRAINT old_bound;
