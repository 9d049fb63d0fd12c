CREATE TABLE invoice (id int PRIMARY KEY, amount int, note text);
INSERT INTO invoice SELECT g, nullif(g % 7, 0), 'n' || g FROM generate_series(1, 500) g;
ANALYZE invoice;
