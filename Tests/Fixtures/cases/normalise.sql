-- expect: equal; normalise: table made and filled from the big one, then a foreign key
CREATE TABLE kinds(id int PRIMARY KEY);
INSERT INTO kinds SELECT DISTINCT qty FROM item;
ALTER TABLE item ADD CONSTRAINT fk FOREIGN KEY (qty) REFERENCES kinds(id);
