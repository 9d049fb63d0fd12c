-- expect: equal; the parent is a partition itself
ALTER TABLE part_x ATTACH PARTITION old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
