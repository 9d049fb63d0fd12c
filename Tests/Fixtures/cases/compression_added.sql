-- expect: equal
ALTER TABLE t ADD c text COMPRESSION pglz COLLATE "C" DEFAULT given();
