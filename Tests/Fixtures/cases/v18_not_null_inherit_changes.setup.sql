-- needs: 18
CREATE TABLE t (id int PRIMARY KEY, a int, b text, g int GENERATED ALWAYS AS (a + 1) STORED);
INSERT INTO t (id, a, b) SELECT i, i, 'b' || i FROM generate_series(1, 2000) AS i;
ALTER TABLE t ADD CONSTRAINT t_a_given NOT NULL a NO INHERIT;
