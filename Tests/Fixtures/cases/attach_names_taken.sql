-- expect: equal; the names that the server would choose for the indexes are taken
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
