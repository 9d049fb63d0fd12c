-- expect: equal; tables exchange names, then a NOT VALID key
ALTER TABLE p RENAME TO p_old;
ALTER TABLE p2 RENAME TO p;
ALTER TABLE item ADD CONSTRAINT fk FOREIGN KEY (qty) REFERENCES p(id) NOT VALID;
CREATE INDEX ix ON item(note);
