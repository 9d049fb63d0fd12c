-- expect: equal; tables exchange names then not null and index
ALTER TABLE item RENAME TO item_old;
ALTER TABLE item2 RENAME TO item;
ALTER TABLE item ALTER COLUMN note SET NOT NULL;
CREATE INDEX ix ON item(note);
