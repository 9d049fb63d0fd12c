-- expect: equal; nondeterministic ICU collation with unique
ALTER TABLE item ALTER COLUMN note TYPE text COLLATE ci;
