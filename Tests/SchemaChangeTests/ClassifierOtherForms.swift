/// Indexes and everything else.
///
/// A form, and below it what was measured (locks, then work), the verdict with a server, and the one without where it
/// differs.
let judgedOtherForms = """
  ALTER INDEX t_b SET (fillfactor=50)
    catalogue | safe catalogue-only
  CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()
    t:SRE catalogue | safe create-trigger
  CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING
    t:AE catalogue | safe catalogue-only
  CREATE POLICY pl ON t USING (true)
    t:AE catalogue | safe catalogue-only
  CREATE STATISTICS st ON b,v FROM t
    t:SUE catalogue | safe catalogue-only
  CREATE TABLE n1 (id int, FOREIGN KEY (id) REFERENCES u(id))
    n1:AE u:SRE catalogue | safe create-table
  CREATE TABLE n2 (LIKE t INCLUDING ALL)
    n2:AE t:AS build | safe create-table
  CREATE TABLE n3 PARTITION OF p FOR VALUES FROM (300) TO (400)
    n3:AE p:AE catalogue | safe create-table
  TRUNCATE t
    t:AE rewrite build | destructive truncate
  UPDATE t SET b=b
    t:RE catalogue | refused update
  DELETE FROM t
    t:RE catalogue | batched_delete batched-delete | refused delete
  SELECT * FROM t FOR UPDATE
    t:RS catalogue | refused select
  LOCK TABLE t
    t:AE catalogue | refused lock-table
  ANALYZE t
    t:SUE catalogue | safe analyze
  COMMENT ON TABLE t IS 'x'
    t:SUE catalogue | safe comment
  COMMENT ON COLUMN t.b IS 'x'
    t:SUE catalogue | safe comment
  GRANT SELECT ON t TO public
    catalogue | safe grant
  REVOKE SELECT ON t FROM public
    catalogue | safe revoke
  ALTER TYPE en ADD VALUE 'z'
    catalogue | safe enum-value
  ALTER TYPE en RENAME VALUE 'a' TO 'z'
    catalogue | safe catalogue-only
  ALTER DOMAIN dck ADD CONSTRAINT q CHECK (value<10)
    catalogue | refused domain-constraint-scans
  DROP TABLE mv
    refused | refused drop-wrong-kind | destructive drop-object
  DROP TABLE t CASCADE
    u:AE catalogue | destructive drop-object
  DROP VIEW vw
    catalogue | destructive drop-object
  CREATE OR REPLACE VIEW vw AS SELECT id,b FROM t
    t:AS vw:AE catalogue | safe create-view
  DROP TYPE en CASCADE
    t:AE catalogue | destructive drop-object
  """
