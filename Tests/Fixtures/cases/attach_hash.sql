-- expect: equal; a bound by hash
ALTER TABLE part ATTACH PARTITION old FOR VALUES WITH (MODULUS 2, REMAINDER 1);
