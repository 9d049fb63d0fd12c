-- expect: equal; a column dropped and added anew, then an index
ALTER TABLE item DROP COLUMN note;
ALTER TABLE item ADD COLUMN note int DEFAULT 5;
CREATE INDEX ix ON item(note);
