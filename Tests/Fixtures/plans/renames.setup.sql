CREATE TABLE item (id int PRIMARY KEY, price int, label text);
CREATE TABLE part (id int, CONSTRAINT low CHECK (id < 9));
CREATE INDEX part_id ON part (id);
INSERT INTO item SELECT g, g, 'l' FROM generate_series(1, 300) g;
ANALYZE item;
