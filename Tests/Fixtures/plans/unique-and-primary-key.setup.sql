CREATE TABLE item (id int, code int, label text, maker text);
INSERT INTO item SELECT g, g, 'l' || g, 'm' FROM generate_series(1, 300) g;
ANALYZE item;
