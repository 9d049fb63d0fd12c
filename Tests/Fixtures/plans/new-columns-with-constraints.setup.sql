CREATE TABLE organisation (id int PRIMARY KEY);
INSERT INTO organisation SELECT g FROM generate_series(1, 10) g;
CREATE TABLE item (id int PRIMARY KEY, label text);
INSERT INTO item SELECT g, 'l' || g FROM generate_series(1, 300) g;
ANALYZE;
