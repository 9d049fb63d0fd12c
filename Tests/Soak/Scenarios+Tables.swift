internal import Postgres
internal import Rehearsals

/// Migrations that concern more than one table.
extension Scenario {
  static let referencedKey = Scenario(
    name: "referenced key",
    setup: """
      CREATE TABLE t (id int PRIMARY KEY, note text);
      CREATE TABLE u (id int PRIMARY KEY, org int NOT NULL, note text,
        CONSTRAINT u_org FOREIGN KEY (org) REFERENCES t ON DELETE CASCADE);
      CREATE INDEX u_org_idx ON u (org);
      CREATE SCHEMA mirror;
      CREATE TABLE mirror.t (id bigint PRIMARY KEY, note text);
      CREATE TABLE mirror.u (id int PRIMARY KEY, org bigint REFERENCES mirror.t ON DELETE CASCADE,
        note text);
      CREATE INDEX ON mirror.u (org);
      INSERT INTO t SELECT g, 'n' FROM generate_series(1, 500) g;
      INSERT INTO u SELECT g, 1 + g % 500, 'n' FROM generate_series(1, \(rows)) g;
      INSERT INTO mirror.t TABLE t;
      INSERT INTO mirror.u TABLE u;
      ANALYZE;
      """,
    migration: "ALTER TABLE t ALTER COLUMN id TYPE bigint;",
    mirrored: [
      Mirrored(table: "t", columns: ["note"]), Mirrored(table: "u", columns: ["org", "note"]),
    ], lockable: ["t", "u"],
    statement: { turn in
      switch turn.random.int(below: 20) {
      case 0..<3: insert(into: "t", "id, note", "VALUES (\(turn.numbers.next()), 'new')")
      case 3..<8:
        // The session that deletes the parent waits for this row, or this one finds no parent.
        """
        WITH parent AS (SELECT id FROM t WHERE id = \(turn.id(below: 500)) FOR KEY SHARE),
          done AS (INSERT INTO u SELECT \(turn.numbers.next()), id, 'new' FROM parent
            RETURNING id, org, note)
        INSERT INTO mirror.u SELECT id, org, note FROM done
        """
      case 8..<12:
        update("u", "note", "repeat('x', \(turn.random.int(below: 60))::int)", id: turn.id())
      case 12..<16: update("t", "note", "'changed'", id: turn.id(below: 500))
      case 16..<19: delete(from: "u", id: turn.id())
      default: delete(from: "t", id: turn.id(below: 500))
      }
    })

  private static let children = ["a1", "a2", "a3", "a4"]

  static let stagedDrop = Scenario(
    name: "staged drop",
    setup: """
      CREATE TABLE org (id int PRIMARY KEY, note text);
      INSERT INTO org SELECT g, 'o' FROM generate_series(1, 10) g;
      CREATE SCHEMA mirror;
      """
        + children.map { table in
          """
          CREATE TABLE \(table) (id int PRIMARY KEY, o int REFERENCES org, note text);
          INSERT INTO \(table) SELECT g, 1 + g % 10, 'n' FROM generate_series(1, 400) g;
          CREATE TABLE mirror.\(table) (id int PRIMARY KEY, o int, note text);
          INSERT INTO mirror.\(table) TABLE \(table);
          """
        }.joined() + "ANALYZE;",
    migration: "DROP TABLE org CASCADE;",
    mirrored: children.map { Mirrored(table: $0, columns: ["o", "note"]) },
    lockable: ["org", "a1", "a3"],
    statement: { turn in
      let table = turn.random.pick(children)
      return switch turn.random.int(below: 10) {
      case 0..<3:
        insert(
          into: table, "id, o, note",
          "VALUES (\(turn.numbers.next()), \(turn.random.int(in: 1...10)), 'new')")
      case 3..<5: update(table, "o", "\(turn.random.int(in: 1...10))", id: turn.id(below: 450))
      case 5..<8: update(table, "note", "'changed'", id: turn.id(below: 450))
      default: delete(from: table, id: turn.id(below: 450))
      }
    })

  static let partitioned = Scenario(
    name: "partitioned",
    setup: """
      CREATE TABLE t (id int NOT NULL, p int NOT NULL, a int DEFAULT 3, PRIMARY KEY (id, p))
        PARTITION BY LIST (p);
      CREATE TABLE t_0 PARTITION OF t FOR VALUES IN (0);
      CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
      CREATE TABLE t_2 PARTITION OF t DEFAULT;
      CREATE INDEX t_a ON t (a);
      INSERT INTO t SELECT g, g % 4, g FROM generate_series(1, \(rows)) g;
      CREATE SCHEMA mirror; CREATE TABLE mirror.t (id int PRIMARY KEY, p int, a bigint);
      INSERT INTO mirror.t TABLE t;
      ANALYZE;
      """,
    migration: "ALTER TABLE t ALTER a TYPE bigint;",
    mirrored: [Mirrored(table: "t", columns: ["p", "a"])], lockable: ["t", "t_1"],
    statement: { turn in
      // Each has rows of its own: two clients of one row that moves disturb each other without any plan.
      let id = turn.random.int(below: rows / 3) * 3 + turn.client % 3 + 1
      switch turn.random.int(below: 10) {
      case 0:
        return insert(
          into: "t", "id, p, a",
          "VALUES (\(turn.numbers.next()), \(turn.random.int(below: 4)), \(turn.random.int(below: 99)))"
        )
      case 1..<5: return update("t", "p", "\(turn.random.int(below: 4))", id: id)
      case 5..<9: return update("t", "a", "\(turn.random.int(below: 1_000_000))", id: id)
      default: return delete(from: "t", id: id)
      }
    })
}
