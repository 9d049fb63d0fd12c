-- expect: equal; the new partition has partitions of its own, and gets keys
ALTER TABLE part ATTACH PARTITION old FOR VALUES IN ('x');
