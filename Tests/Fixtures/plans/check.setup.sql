CREATE TABLE item (id int PRIMARY KEY, price int, stock int);
INSERT INTO item SELECT g, g, g FROM generate_series(1, 300) g;
ANALYZE item;
