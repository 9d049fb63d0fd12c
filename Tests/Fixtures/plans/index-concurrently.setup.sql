CREATE TABLE item (id int PRIMARY KEY, price int, label text);
CREATE INDEX item_old ON item (label);
CREATE INDEX item_older ON item (label, price);
INSERT INTO item SELECT g, g, 'l' || g FROM generate_series(1, 300) g;
ANALYZE item;
