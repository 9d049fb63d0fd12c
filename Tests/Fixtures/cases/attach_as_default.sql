-- expect: equal; the large table becomes the default partition
ALTER TABLE part ATTACH PARTITION old DEFAULT;
