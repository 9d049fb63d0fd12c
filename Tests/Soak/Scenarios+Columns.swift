internal import Postgres
internal import Rehearsals

/// Migrations of one table's columns.
extension Scenario {
  static let typeChange = Scenario(
    name: "type change",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 5, note text,
        CONSTRAINT a_small CHECK (a > -1000000000), CONSTRAINT a_key UNIQUE (a, id));
      CREATE INDEX t_a ON t (a DESC, note);
      CREATE INDEX t_half ON t (id) WHERE a > 7;
      COMMENT ON COLUMN t.a IS 'an amount';
      INSERT INTO t SELECT g, g, 'n' FROM generate_series(1, \(rows)) g;
      CREATE SCHEMA mirror; CREATE TABLE mirror.t (id int PRIMARY KEY, a bigint, note text);
      INSERT INTO mirror.t TABLE t;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE t ALTER a TYPE bigint;
      CREATE INDEX t_note ON t (note);
      COMMENT ON COLUMN t.a IS 'a large amount';
      """,
    mirrored: [Mirrored(table: "t", columns: ["a", "note"])], lockable: ["t"],
    statement: { turn in
      switch turn.random.int(below: 10) {
      case 0..<2:
        insert(
          into: "t", "id, a, note",
          "VALUES (\(turn.numbers.next()), \(turn.random.int(in: -9999...9999)), 'new')")
      case 2: insert(into: "t", "id, a, note", "VALUES (\(turn.numbers.next()), DEFAULT, NULL)")
      case 3..<7: update("t", "a", "\(turn.random.int(in: -1_000_000...1_000_000))", id: turn.id())
      case 7: update("t", "note", "repeat('x', \(turn.random.int(below: 60))::int)", id: turn.id())
      default: delete(from: "t", id: turn.id())
      }
    })

  static let notNull = Scenario(
    name: "not null and check",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, a int, note text);
      INSERT INTO t SELECT g, g, 'n' FROM generate_series(1, \(rows)) g;
      CREATE SCHEMA mirror; CREATE TABLE mirror.t (LIKE t INCLUDING ALL);
      INSERT INTO mirror.t TABLE t;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE t ALTER a SET NOT NULL;
      ALTER TABLE t ADD CONSTRAINT a_small CHECK (a BETWEEN 0 AND 1000000);
      """,
    mirrored: [Mirrored(table: "t", columns: ["a", "note"])], lockable: ["t"],
    statement: { turn in
      switch turn.random.int(below: 10) {
      case 0..<2:
        insert(
          into: "t", "id, a, note",
          "VALUES (\(turn.numbers.next()), \(turn.random.int(below: 9999)), 'new')")
      case 2..<7: update("t", "a", "\(turn.random.int(below: 1_000_000))", id: turn.id())
      case 7: update("t", "note", "'changed'", id: turn.id())
      default: delete(from: "t", id: turn.id())
      }
    })

  static let uniqueKey = Scenario(
    name: "unique key",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, code int, note text);
      INSERT INTO t SELECT g, g, 'n' FROM generate_series(1, \(rows)) g;
      CREATE SCHEMA mirror; CREATE TABLE mirror.t (id int PRIMARY KEY, code int, note text);
      INSERT INTO mirror.t TABLE t;
      ANALYZE;
      """,
    migration: """
      ALTER TABLE t ADD CONSTRAINT t_code_key UNIQUE (code);
      CREATE UNIQUE INDEX t_code_note ON t (code, lower(note)) WHERE note IS NOT NULL;
      """,
    mirrored: [Mirrored(table: "t", columns: ["code", "note"])], lockable: ["t"],
    statement: { turn in
      // No code comes twice, so that no client is to blame for a refusal.
      switch turn.random.int(below: 10) {
      case 0..<3:
        insert(
          into: "t", "id, code, note",
          "VALUES (\(turn.numbers.next()), \(turn.numbers.next()), 'new')")
      case 3..<7: update("t", "code", "\(turn.numbers.next())", id: turn.id())
      case 7: update("t", "note", "'changed'", id: turn.id())
      default: delete(from: "t", id: turn.id())
      }
    })

  static let volatileDefault = Scenario(
    name: "volatile default",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, note text);
      INSERT INTO t SELECT g, 'n' FROM generate_series(1, \(rows)) g;
      CREATE SCHEMA mirror; CREATE TABLE mirror.t (id int PRIMARY KEY, note text);
      INSERT INTO mirror.t TABLE t;
      ANALYZE;
      """,
    migration: "ALTER TABLE t ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();",
    mirrored: [Mirrored(table: "t", columns: ["note"])], lockable: ["t"],
    check: "SELECT count(*) - count(DISTINCT token) FROM t",
    statement: { turn in
      switch turn.random.int(below: 10) {
      case 0..<3: insert(into: "t", "id, note", "VALUES (\(turn.numbers.next()), 'new')")
      case 3..<8:
        update("t", "note", "repeat('x', \(turn.random.int(below: 60))::int)", id: turn.id())
      default: delete(from: "t", id: turn.id())
      }
    })
}
