-- expect: equal; USING now()-t
ALTER TABLE n ALTER COLUMN t TYPE interval USING now()-t;
