-- expect: equal; the partition has its key, its index and its foreign key under names of its own
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
