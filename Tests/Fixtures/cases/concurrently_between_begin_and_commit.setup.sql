CREATE TABLE big (id int PRIMARY KEY, a int, b int);
INSERT INTO big SELECT i, i, i FROM generate_series(1, 2000) AS i;
