-- expect: refused; an index that excludes is built under a lock
-- needs: 18
ALTER TABLE t ADD PRIMARY KEY (k, during WITHOUT OVERLAPS);
