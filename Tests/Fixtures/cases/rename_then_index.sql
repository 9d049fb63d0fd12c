-- expect: equal; rename the table, then an index
ALTER TABLE item RENAME TO thing;
CREATE INDEX ix ON thing(note);
