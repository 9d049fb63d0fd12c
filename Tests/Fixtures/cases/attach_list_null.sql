-- expect: equal; NULL is among the values
ALTER TABLE part ATTACH PARTITION old FOR VALUES IN ('x', NULL);
