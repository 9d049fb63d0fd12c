-- expect: equal; collation exchanged, then an index
ALTER COLLATION co RENAME TO co_old;
CREATE COLLATION co (provider=icu, locale='und');
CREATE INDEX ix ON item(note COLLATE co);
