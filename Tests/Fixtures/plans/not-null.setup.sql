CREATE TABLE item (id int PRIMARY KEY, label text);
INSERT INTO item SELECT g, 'l' || g FROM generate_series(1, 300) g;
ANALYZE item;
