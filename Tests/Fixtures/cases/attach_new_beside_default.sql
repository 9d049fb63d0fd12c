-- expect: equal; the new partition is empty, and the default one must not be searched under a lock
CREATE TABLE fresh (LIKE part);
ALTER TABLE part ATTACH PARTITION fresh FOR VALUES IN ('x');
