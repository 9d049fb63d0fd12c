-- expect: equal; a primary key, a unique constraint, indexes and a foreign key that the partition lacks
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
