-- needs: 18
CREATE TABLE t (id int PRIMARY KEY, a int, b text, v int GENERATED ALWAYS AS (a + 1) VIRTUAL);
INSERT INTO t (id, a, b) SELECT i, i, 'b' || i FROM generate_series(1, 2000) AS i;
