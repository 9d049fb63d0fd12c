CREATE TABLE organisation (id int PRIMARY KEY);
INSERT INTO organisation SELECT g FROM generate_series(1, 10) g;
CREATE TABLE contract (id int, buyer int, seller int);
INSERT INTO contract SELECT g, 1 + g % 10, 1 + g % 3 FROM generate_series(1, 300) g;
ANALYZE;
