-- expect: equal
-- needs: 16
ALTER TABLE t ADD c text STORAGE EXTERNAL COMPRESSION pglz COLLATE "C" DEFAULT given();
