-- expect: refused; a key WITHOUT OVERLAPS has an index that is built under a lock
-- needs: 18
ALTER TABLE t ALTER k TYPE int8range USING int8range(lower(k), upper(k));
