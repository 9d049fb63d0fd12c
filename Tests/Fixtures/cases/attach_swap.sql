-- expect: equal; a partition is exchanged for another
ALTER TABLE part DETACH PARTITION part_1;
ALTER TABLE part ATTACH PARTITION neu FOR VALUES FROM (0) TO (1000);
