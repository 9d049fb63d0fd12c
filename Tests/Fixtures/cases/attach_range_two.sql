-- expect: equal; a bound over two columns
ALTER TABLE part ATTACH PARTITION old FOR VALUES FROM (0, MINVALUE) TO (100, 'k');
