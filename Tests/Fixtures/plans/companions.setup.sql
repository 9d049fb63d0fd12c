CREATE TABLE item (id int PRIMARY KEY, price int, label text);
INSERT INTO item SELECT g, g, 'l' FROM generate_series(1, 300) g;
ANALYZE item;
CREATE VIEW old_view AS SELECT id, label FROM item;
CREATE TYPE mood AS ENUM ('sad', 'glad');
