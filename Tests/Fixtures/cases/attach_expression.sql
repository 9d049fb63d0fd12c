-- expect: equal; the parent is divided by an expression
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM ('a') TO ('b');
