/// Migrations whose new shape clients find before the swap.
let shapePromises = [
  Promise(
    name: "two shapes: a new type, a new name and a dropped column",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, total text, note text DEFAULT 'x', buyer int NOT NULL);
      INSERT INTO t SELECT g, g::text, 'n' || g, g FROM generate_series(1, 300) g;
      CREATE INDEX t_total ON t (total);
      """,
    migration: """
      ALTER TABLE t ADD COLUMN extra int;
      ALTER TABLE t ALTER COLUMN total TYPE integer USING total::integer;
      ALTER TABLE t RENAME COLUMN buyer TO customer;
      ALTER TABLE t DROP COLUMN note;
      """, newShape: true),
  Promise(
    name: "two shapes of a partitioned table",
    setup: """
      CREATE TABLE t (id int, total numeric(12,2) NOT NULL DEFAULT 0, PRIMARY KEY (id)) PARTITION BY RANGE (id);
      CREATE TABLE t_a PARTITION OF t FOR VALUES FROM (0) TO (150);
      CREATE TABLE t_b PARTITION OF t FOR VALUES FROM (150) TO (1000);
      INSERT INTO t SELECT g, g / 4.0 FROM generate_series(1, 300) g;
      """,
    migration: """
      ALTER TABLE t ALTER COLUMN total TYPE text;
      ALTER TABLE t RENAME COLUMN total TO amount;
      """, newShape: true),
]
