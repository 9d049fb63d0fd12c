/// Constraints, and properties of tables.
///
/// A form, and below it what was measured (locks, then work), the verdict with a server, and the one without where it
/// differs.
let judgedTableForms = """
  ALTER TABLE t ALTER COLUMN b SET NOT NULL
    t:AE scan | not_null not-null-scans
  ALTER TABLE t ALTER COLUMN tx SET NOT NULL
    t:AE catalogue | safe not-null-proved | not_null not-null-scans
  ALTER TABLE t ALTER COLUMN nnc DROP NOT NULL
    t:AE catalogue | safe catalogue-only
  ALTER TABLE t ALTER COLUMN b SET DEFAULT 3
    t:AE catalogue | safe catalogue-only
  ALTER TABLE t ALTER COLUMN b SET STATISTICS 100
    t:SUE catalogue | safe catalogue-only
  ALTER TABLE t ALTER COLUMN tx SET STORAGE EXTERNAL
    t:AE catalogue | safe catalogue-only
  ALTER TABLE t ALTER COLUMN tx SET COMPRESSION lz4
    t:AE catalogue | safe catalogue-only
  ALTER TABLE t ALTER COLUMN gen DROP EXPRESSION
    t:AE catalogue | safe catalogue-only
  ALTER TABLE t ADD CONSTRAINT x CHECK (b > 0)
    t:AE scan | two_phase_validation check-scans
  ALTER TABLE t ADD CONSTRAINT x CHECK (b > 0) NOT VALID
    t:AE catalogue | safe constraint-not-valid
  ALTER TABLE t VALIDATE CONSTRAINT cknv
    t:SUE scan | safe validate-constraint
  ALTER TABLE t VALIDATE CONSTRAINT fknv
    t:SUE u:RS scan | safe validate-constraint
  ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (u_id) REFERENCES u(id)
    t:SRE u:SRE scan | foreign_key foreign-key-scans
  ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (u_id) REFERENCES u(id) NOT VALID
    t:SRE u:SRE catalogue | safe constraint-not-valid
  ALTER TABLE t ADD CONSTRAINT x UNIQUE (b)
    t:AE build | unique_via_index unique-builds-index
  ALTER TABLE t ADD CONSTRAINT x UNIQUE USING INDEX t_u
    t:AE catalogue | safe constraint-using-index
  ALTER TABLE u ADD COLUMN k int, ADD CONSTRAINT x PRIMARY KEY (k)
    refused | safe add-column + refused server-refuses | safe add-column + unique_via_index unique-builds-index
  ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&)
    t:AE build | refused exclusion-constraint
  ALTER TABLE t DROP CONSTRAINT ck
    t:AE catalogue | safe drop-constraint
  ALTER TABLE t DROP CONSTRAINT fknv
    t:AE u:AE catalogue | safe drop-constraint
  ALTER TABLE t RENAME COLUMN b TO bb
    t:AE catalogue | safe rename
  ALTER TABLE t RENAME TO t2
    t2:AE catalogue | safe rename
  ALTER TABLE t RENAME CONSTRAINT ck TO ck2
    t:AE catalogue | safe catalogue-only
  ALTER TABLE t SET SCHEMA public
    catalogue | safe catalogue-only
  ALTER TABLE t OWNER TO postgres
    t:AE catalogue | safe catalogue-only
  ALTER TABLE t SET (fillfactor=80)
    t:SUE catalogue | safe catalogue-only
  ALTER TABLE t SET (autovacuum_enabled=false)
    t:SUE catalogue | safe catalogue-only
  ALTER TABLE t SET UNLOGGED
    t:AE rewrite build | refused set-unlogged
  ALTER TABLE t SET WITHOUT CLUSTER
    t:SUE catalogue | safe catalogue-only
  ALTER TABLE t CLUSTER ON t_b
    t:SUE catalogue | safe catalogue-only
  ALTER TABLE t REPLICA IDENTITY FULL
    t:AE catalogue | safe catalogue-only
  ALTER TABLE t ENABLE ROW LEVEL SECURITY
    t:AE catalogue | safe catalogue-only
  ALTER TABLE t DISABLE TRIGGER ALL
    t:SRE catalogue | safe catalogue-only
  ALTER TABLE t INHERIT par
    par:SUE t:AE catalogue | safe catalogue-only
  ALTER TABLE p ATTACH PARTITION c1 FOR VALUES FROM (1) TO (2)
    c1:AE p:SUE scan | attached_partition attach-scans
  ALTER TABLE p DETACH PARTITION c2
    c2:AE p:AE catalogue | safe detach-partition
  CLUSTER t USING t_b
    t:AE rewrite build | refused cluster
  REINDEX TABLE t
    t:S build | refused reindex
  REINDEX INDEX t_b
    t:S build | refused reindex
  REFRESH MATERIALIZED VIEW mv
    mv:AE t:AS rewrite build | refused refresh
  REFRESH MATERIALIZED VIEW CONCURRENTLY mv
    mv:E t:AS build | safe refresh-concurrently
  CREATE INDEX x ON t(v)
    t:S build | concurrent_index index-blocks-writers
  DROP INDEX t_b
    t:AE catalogue | safe drop-index
  ALTER INDEX t_b RENAME TO t_b2
    catalogue | safe catalogue-only
  """
