-- expect: agreed; the server changes no type below a generated column
-- needs: 18
ALTER TABLE t ALTER a TYPE bigint;
