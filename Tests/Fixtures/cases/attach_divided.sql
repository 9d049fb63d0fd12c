-- expect: equal; the new partition has partitions of its own
ALTER TABLE part ATTACH PARTITION old FOR VALUES IN ('x');
