import Foundation
import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// What clients of either shape do while both are there.
@Suite("Clients of two shapes", .database)
struct ShapeClientTests {
  /// A plan at a gate, with a client of each shape.
  private static func bench(
    _ setup: String = TwoShapes.setup, _ migration: String = TwoShapes.migration
  ) async throws -> (
    rehearsal: Rehearsal, id: PlanID, old: PostgresConnection, new: PostgresConnection
  ) {
    let (rehearsal, id) = try await KeptCase(
      setup: setup, migration: migration, newShape: true
    ).ready()
    let old = try await rehearsal.database.connect()
    let new = try await rehearsal.database.connect()
    try await new.script(TwoShapes.path)
    return (rehearsal, id, old, new)
  }

  @Test func `Of a statement that sets both sides the new one counts`() async throws {
    let (rehearsal, _, old, new) = try await Self.bench()
    try await old.script(
      """
      UPDATE t SET total = '5', total_new = 6 WHERE id = 1;
      UPDATE t SET total = '5', total_new = NULL WHERE id = 2;
      INSERT INTO t (id, total, total_new, buyer) VALUES (60, '7', 8, 60);
      """)
    let ask = "SELECT total::text FROM t WHERE id IN (1, 2, 60) ORDER BY id"
    #expect(try await TwoShapes.texts(ask, old) == ["6", "NULL", "8"])
    #expect(try await TwoShapes.texts(ask, new) == ["6", "NULL", "8"])
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test(arguments: ["varchar(3)", "int"])
  func `A type that changes at a stroke is shown before the swap all the same`(
    _ type: String
  ) async throws {
    // The empty table would be rewritten at once, and the longer text needs no rewrite.
    let (rehearsal, id, old, new) = try await Self.bench(
      "CREATE TABLE t (id int PRIMARY KEY, v \(type))"
        + (type == "int" ? "" : "; INSERT INTO t VALUES (1, 'abc')"),
      "ALTER TABLE t ALTER COLUMN v TYPE text; ALTER TABLE t RENAME COLUMN id TO key;")
    try await new.script("INSERT INTO t (key, v) VALUES (2, '1234'), (3, '12')")
    #expect(
      try await TwoShapes.texts("SELECT pg_typeof(v)::text FROM t WHERE key = 2", new) == ["text"])
    let found = try await TwoShapes.texts(
      "SELECT v::text FROM t WHERE id IN (2, 3) ORDER BY id", old)
    #expect(found == [type == "int" ? "1234" : "123", "12"])
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await TwoShapes.texts("SELECT v FROM t WHERE key = 2", new) == ["1234"])
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test func `A NULL that a client gives is no default`() async throws {
    let (rehearsal, id, old, new) = try await Self.bench(
      """
      CREATE TABLE t (id int PRIMARY KEY, total text DEFAULT '5', made timestamptz DEFAULT now());
      INSERT INTO t SELECT g, g::text FROM generate_series(1, 50) g;
      """,
      """
      ALTER TABLE t ALTER COLUMN total DROP DEFAULT;
      ALTER TABLE t ALTER COLUMN total TYPE integer USING total::integer;
      ALTER TABLE t ALTER COLUMN total SET DEFAULT 6;
      ALTER TABLE t RENAME COLUMN total TO amount;
      """)
    func write() async throws {
      try await new.script(
        """
        INSERT INTO t (id, amount) VALUES (60, NULL), (61, DEFAULT), (62, 5), (63, 7);
        INSERT INTO t (id) VALUES (64);
        """)
      try await old.script(
        """
        INSERT INTO t (id, total) VALUES (70, NULL), (71, DEFAULT), (72, '6'), (73, 'none');
        INSERT INTO t (id) VALUES (74); INSERT INTO t VALUES (75, '8');
        """)
    }
    func values(_ column: String, _ client: PostgresConnection) async throws -> [String] {
      try await TwoShapes.texts("SELECT \(column)::text FROM t WHERE id >= 60 ORDER BY id", client)
    }
    let engine = rehearsal.engine()
    let expected = ["NULL", "6", "5", "7", "6", "NULL", "5", "6"]
    for round in 1...2 {
      try await write()
      #expect(
        try await values("total", old) == expected + ["none", "5", "8"], "round \(round)")
      #expect(try await values("amount", new) == expected + ["NULL", "5", "8"], "round \(round)")
      try await old.script("DELETE FROM t WHERE id >= 60")
      guard round == 1 else { break }
      _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
      _ = try await engine.rollback(id, justification: "t") { _ in }
    }
    #expect(try await rehearsal.drive(id).status == .complete)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    await engine.disconnect()
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test func `Writers of both shapes lose nothing on the same rows`() async throws {
    let (rehearsal, id, old, new) = try await Self.bench()
    let count = 60
    async let written: Void = {
      for number in 0..<count {
        let sum = "(total::int + 1)::text"
        try await old.script("UPDATE t SET total = \(sum) WHERE id = \(1 + number % 3)")
      }
    }()
    for number in 0..<count {
      let key = 1 + number % 3
      try await new.script(
        number % 2 == 0
          ? "UPDATE t SET total = total + 1 WHERE id = \(key)"
          : "INSERT INTO t (id, total, customer) VALUES (\(key), 0, \(key)) "
            + "ON CONFLICT (customer) DO UPDATE SET total = t.total + 1")
    }
    try await written
    let sum = "SELECT sum(total::int)::text FROM t"
    #expect(try await TwoShapes.texts(sum, old) == ["\(2 * count)"])
    #expect(try await TwoShapes.texts(sum, new) == ["\(2 * count)"])
    #expect(try await rehearsal.drive(id).status == .complete)
    #expect(try await TwoShapes.texts(sum, new) == ["\(2 * count)"])
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test func `A view takes every statement that the manual says it takes`() async throws {
    let (rehearsal, id, old, new) = try await Self.bench()
    let given = try await TwoShapes.texts(
      "INSERT INTO t (total, customer) VALUES (1, 100) RETURNING id::text", new)
    #expect(given == ["51"])
    #expect(
      try await TwoShapes.texts("SELECT customer::text FROM t WHERE id = 51 FOR UPDATE", new) == [
        "100"
      ])
    try await new.script("BEGIN; COPY (SELECT * FROM t) TO '/dev/null'; COMMIT")
    try await new.script(
      """
      BEGIN; CREATE TEMP TABLE came (LIKE t) ON COMMIT DROP;
      INSERT INTO came VALUES (70, 70, 7);
      INSERT INTO t SELECT * FROM came; COMMIT
      """)
    let refused = await #expect(throws: PostgresError.self) {
      try await new.script("COPY t FROM '/dev/null'")
    }
    #expect(refused?.sqlState?.rawValue == "42809")
    if new.info.serverVersion >= 170_000 {
      try await new.script(
        """
        MERGE INTO t USING (VALUES (70, 71)) AS given (id, total) ON t.id = given.id
          WHEN MATCHED THEN UPDATE SET total = given.total
          WHEN NOT MATCHED THEN INSERT (id, total, customer) VALUES (given.id, 0, 0)
        """)
      #expect(try await TwoShapes.texts("SELECT total FROM t WHERE id = 70", old) == ["71"])
    } else {
      #expect(try await TwoShapes.texts("SELECT total FROM t WHERE id = 70", old) == ["7"])
    }
    #expect(try await rehearsal.drive(id).status == .complete)
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }

  @Test func `Clients of the new shape see nothing of a swap, its way back, and the end`()
    async throws
  {
    let (rehearsal, id, old, new) = try await Self.bench()
    try await new.script(
      """
      PREPARE ask AS SELECT * FROM t WHERE customer = $1;
      PREPARE change AS UPDATE t SET total = $2 WHERE customer = $1 RETURNING *;
      PREPARE put AS INSERT INTO t VALUES ($1, $1, $2) ON CONFLICT (customer) DO NOTHING RETURNING *;
      """)
    try await old.script("PREPARE change AS UPDATE t SET total = $2 WHERE buyer = $1")
    let engine = rehearsal.engine()
    // The columns of the finished table, in its order, whatever is kept beside them.
    func row(_ call: String) async throws -> [String?] {
      try await new.query("EXECUTE \(raw: call)").only().texts
    }
    func work(_ number: Int) async throws {
      #expect(try await row("change (7, \(number))") == ["7", "7", "\(number)"])
      #expect(try await row("ask (7)") == ["7", "7", "\(number)"])
      let key = 100 + number
      #expect(try await row("put (\(key), \(number))") == ["\(key)", "\(key)", "\(number)"])
    }
    try await work(1)
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    try await work(2)
    _ = try await engine.rollback(id, justification: "t") { _ in }
    try await old.script("EXECUTE change (8, '80')")
    #expect(try await row("ask (8)") == ["8", "8", "80"])
    try await work(3)
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    try await work(4)
    #expect(try await engine.retire(id, justification: "t") { _ in }.status == .complete)
    try await work(5)
    await engine.disconnect()
    await old.close()
    await new.close()
    try await rehearsal.dispose()
  }
}
