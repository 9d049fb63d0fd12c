CREATE TABLE item (id int NOT NULL, code int, stock int);
CREATE UNIQUE INDEX item_id ON item (id);
CREATE UNIQUE INDEX item_code ON item (code);
INSERT INTO item SELECT g, g, g FROM generate_series(1, 300) g;
ANALYZE item;
