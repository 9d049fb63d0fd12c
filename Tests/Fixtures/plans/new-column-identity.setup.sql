CREATE TABLE item (code int, label text);
INSERT INTO item SELECT g, 'l' || g FROM generate_series(1, 300) g;
ANALYZE item;
