CREATE TABLE invoice (id int PRIMARY KEY, amount int, note text);
INSERT INTO invoice SELECT g, g, 'n' FROM generate_series(1, 300) g;
CREATE PUBLICATION amounts FOR TABLE invoice (id, amount);
ANALYZE invoice;
