-- expect: equal; columns exchange names, then an index and NOT NULL
ALTER TABLE item RENAME COLUMN note TO note_old;
ALTER TABLE item RENAME COLUMN code TO note;
CREATE INDEX ix ON item(note);
ALTER TABLE item ALTER COLUMN note SET NOT NULL;
