CREATE TABLE kind (id int, name text);
CREATE TABLE item (id int, kind int, label text, old text);
CREATE INDEX item_old ON item (old);
INSERT INTO kind SELECT g, 'k' || g FROM generate_series(1, 20) AS g;
INSERT INTO item SELECT g, 1 + g % 20, 'l' || g, 'o' || g FROM generate_series(1, 3000) AS g;
