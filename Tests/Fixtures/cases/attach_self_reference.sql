-- expect: equal; the parent references itself
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM (1000) TO (9000);
