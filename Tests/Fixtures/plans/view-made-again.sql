DROP VIEW net;
ALTER TABLE invoice ALTER amount TYPE bigint;
CREATE VIEW net AS SELECT amount, discount FROM invoice;
GRANT SELECT ON net TO pg_monitor;
