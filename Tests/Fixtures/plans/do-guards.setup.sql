CREATE TABLE t (id int PRIMARY KEY, a int, b text);
INSERT INTO t SELECT g, g, 'b' || g FROM generate_series(1, 300) g;
CREATE TABLE u (id int PRIMARY KEY, x int);
INSERT INTO u SELECT g, g * 2 FROM generate_series(1, 100) g;
ANALYZE;
