import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// A large partition is attached in a moment.
@Suite("Partitions that are attached", .database)
struct AttachedPartitionTests {
  private static let setup = """
    CREATE TABLE p (id int, kind text, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
    CREATE INDEX p_kind ON p (kind);
    CREATE TABLE p_rest PARTITION OF p DEFAULT;
    INSERT INTO p SELECT g, 'a' FROM generate_series(1, 300) g;
    CREATE TABLE t (id int NOT NULL, kind text NOT NULL);
    INSERT INTO t SELECT g, 'x' FROM generate_series(1, 300) g;
    ANALYZE;
    """
  private static let migration = "ALTER TABLE p ATTACH PARTITION t FOR VALUES IN ('x');"

  @Test
  func `The last transaction reads no row and builds no index`() async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup, migration: Self.migration, comparing: false)
    let id = try await rehearsal.plan()
    try await rehearsal.drive(id, until: .finalizing)
    let engine = rehearsal.engine()
    let steps = try #require(try await engine.show(id).file.plan).steps
    await engine.disconnect()
    let segments = steps.suffix(2).flatMap { step -> [Segment] in
      if case .segments(let segments) = step.body { segments } else { [] }
    }
    let last = try #require(segments.last)
    let connection = try await rehearsal.database.connect()
    // What finalize does before its last transaction.
    for statement in segments.dropLast().flatMap(\.statements) {
      try await connection.script(statement.sql)
    }
    try await connection.script("SET client_min_messages TO debug1")
    let messages = try await connection.keepingNotices { connection in
      try await connection.transaction { connection in
        for statement in last.statements { try await connection.script(statement.sql) }
      }
      return connection.takeNotices().map(\.message)
    }
    let work = ["verifying table", "building index", "validating foreign key", "rewriting table"]
    #expect(messages.filter { message in work.contains { message.hasPrefix($0) } } == [])
    #expect(messages.contains { $0.contains("implied by existing constraints") })
    await connection.close()
    try await rehearsal.dispose()
  }

  @Test
  func `Rows outside the bound are found before anything is done`() async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup + "INSERT INTO t VALUES (301, 'y');", migration: Self.migration,
      comparing: false)
    let before = try await rehearsal.endState(tables: ["t", "p"])
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    await #expect(throws: EngineError.self) {
      _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    _ = try await engine.revert(id, justification: "rehearsal") { _ in }
    await engine.disconnect()
    let after = try await rehearsal.endState(tables: ["t", "p"])
    #expect(SchemaText.differences(after, before) == [])
    try await rehearsal.dispose()
  }
}
