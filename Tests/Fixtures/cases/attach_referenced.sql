-- expect: equal; other tables reference the parent
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM (0) TO (5000);
