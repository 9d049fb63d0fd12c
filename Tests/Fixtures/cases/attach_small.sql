-- expect: equal; what is read and built is short, so that no plan is needed
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
