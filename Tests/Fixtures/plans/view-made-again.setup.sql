CREATE TABLE invoice (id int PRIMARY KEY, amount int, discount int);
CREATE VIEW net AS SELECT amount, discount FROM invoice;
GRANT SELECT ON net TO pg_monitor;
INSERT INTO invoice SELECT g, g, g FROM generate_series(1, 300) g;
ANALYZE invoice;
