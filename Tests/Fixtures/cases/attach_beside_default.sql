-- expect: equal; a large default partition must not be searched under a lock
ALTER TABLE part ATTACH PARTITION old FOR VALUES IN ('x','y');
