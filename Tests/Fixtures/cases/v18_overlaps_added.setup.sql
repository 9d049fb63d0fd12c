CREATE TABLE t (k int4range, during daterange, a int);
INSERT INTO t SELECT int4range(i, i + 1), daterange('2020-01-01', '2021-01-01'), i FROM generate_series(1, 2000) AS i;
