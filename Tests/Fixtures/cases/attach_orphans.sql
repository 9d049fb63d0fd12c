-- expect: agreed; rows of the partition break the parent's foreign key
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM (0) TO (5000);
