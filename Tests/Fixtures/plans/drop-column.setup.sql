CREATE TABLE item (id int PRIMARY KEY, label text, old int, older int);
INSERT INTO item SELECT g, 'l', g, g FROM generate_series(1, 300) g;
ANALYZE item;
