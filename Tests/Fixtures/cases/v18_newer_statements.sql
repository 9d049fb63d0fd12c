-- expect: equal
-- needs: 18
CREATE VIEW v AS SELECT j.* FROM t, JSON_TABLE(to_jsonb(t), '$' COLUMNS (x int PATH '$.a')) AS j;
CREATE VIEW w AS SELECT * FROM (SELECT a, b FROM t) WHERE b IS JSON;
GRANT MAINTAIN ON t TO pg_monitor;
CREATE STATISTICS ON a, id FROM t;
