CREATE TABLE t (id int PRIMARY KEY, a int, b text, g int GENERATED ALWAYS AS (a + 1) STORED);
INSERT INTO t (id, a, b) SELECT i, nullif(i, 7), 'b' || i FROM generate_series(1, 2000) AS i;
