-- expect: agreed; the server refuses a column that is not NOT NULL
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
