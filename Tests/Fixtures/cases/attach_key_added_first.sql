-- expect: equal; the parent gets its key in the same file
ALTER TABLE part ADD CONSTRAINT part_key PRIMARY KEY (id, d);
CREATE INDEX part_d ON part (d);
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
