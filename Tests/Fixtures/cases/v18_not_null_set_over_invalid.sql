-- expect: refused; VALIDATE CONSTRAINT blocks no client
-- needs: 18
ALTER TABLE t ALTER a SET NOT NULL;
