-- expect: equal; the type of the partition's column changes before it
ALTER TABLE old ALTER COLUMN n TYPE bigint;
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM (1000) TO (5000);
