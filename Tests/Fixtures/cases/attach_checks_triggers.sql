-- expect: equal; checks, triggers and generated columns
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM (0) TO (5000);
