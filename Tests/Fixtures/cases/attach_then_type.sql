-- expect: equal; the type of a column changes after it
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM (1000) TO (5000);
ALTER TABLE part ALTER COLUMN n TYPE bigint;
