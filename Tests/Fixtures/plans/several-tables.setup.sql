CREATE TABLE organisation (id int PRIMARY KEY, size int, gone text);
CREATE TABLE contract (id int PRIMARY KEY, org int, amount int);
CREATE TABLE emptied (id int);
INSERT INTO organisation SELECT g, g, 'x' FROM generate_series(1, 300) g;
INSERT INTO contract SELECT g, g, g FROM generate_series(1, 300) g;
INSERT INTO emptied VALUES (1);
ANALYZE;
