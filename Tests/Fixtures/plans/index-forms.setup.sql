CREATE TABLE item (id int PRIMARY KEY, price int, label text, tags int[], made timestamptz DEFAULT now());
CREATE INDEX item_there ON item (label);
INSERT INTO item SELECT g, g, 'l' || g, ARRAY[g], '2026-01-01' FROM generate_series(1, 300) g;
ANALYZE item;
