import LiveMigration
import Postgres
import TestSupport
import Testing

/// An index that merely has the name is none that the plan built: it is not taken up, and not dropped.
@Suite("Taken index names", .database)
struct TakenIndexNameTests {
  private static let setup = """
    CREATE TABLE item (id int PRIMARY KEY, a int, b int);
    INSERT INTO item SELECT i, i, i FROM generate_series(1, 3000) AS i;
    """

  /// The same definition too, since somebody else made it and relies on it.
  @Test(arguments: ["a", "b"])
  func `An index that came after the plan is left alone`(_ column: String) async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup, migration: "CREATE INDEX item_b ON item (b);")
    let id = try await rehearsal.plan()
    let connection = try await rehearsal.database.connect()
    try await connection.script("CREATE INDEX item_b ON item (\(column))")
    let before = try await Self.index(on: connection)
    let engine = rehearsal.engine()
    await #expect(throws: EngineError.self) {
      try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    #expect(try await Self.index(on: connection) == before)
    _ = try await engine.revert(id, justification: "no more") { _ in }
    #expect(try await Self.index(on: connection) == before)
    await engine.disconnect()
    await connection.close()
    try await rehearsal.dispose()
  }

  @Test func `Without it the plan goes on`() async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup, migration: "CREATE INDEX item_b ON item (b);")
    let id = try await rehearsal.plan()
    let connection = try await rehearsal.database.connect()
    try await connection.script("CREATE INDEX item_b ON item (a)")
    let engine = rehearsal.engine()
    await #expect(throws: EngineError.self) {
      try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    try await connection.script("DROP INDEX item_b")
    try await rehearsal.drive(id, with: engine)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    await engine.disconnect()
    await connection.close()
    try await rehearsal.dispose()
  }

  /// A name that was written down and then given to another index, while the plan was not driven.
  @Test func `An index of the name that is made otherwise does not count as built`() async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup, migration: "CREATE INDEX item_b ON item (b);")
    let id = try await rehearsal.plan()
    let connection = try await rehearsal.database.connect()
    try await connection.script(
      """
      INSERT INTO djogi_live_plan_events (plan_id, host, pid, os_user, action, detail)
        SELECT plan_id, 'host', 1, 'user', 'index_begun', 'public.item_b' FROM djogi_live_plans;
      CREATE INDEX item_b ON item (a)
      """)
    let before = try await Self.index(on: connection)
    let engine = rehearsal.engine()
    await #expect(throws: EngineError.self) {
      try await engine.run(id, options: Rehearsal.everything) { _ in }
    }
    #expect(try await Self.index(on: connection) == before)
    // One that was cut off right behind its build is the plan's own.
    try await connection.script("DROP INDEX item_b; CREATE INDEX item_b ON item USING btree (b)")
    try await rehearsal.drive(id, with: engine)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    await engine.disconnect()
    await connection.close()
    try await rehearsal.dispose()
  }

  @Test func `apply does not take an index for its own either`() async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.setup + "CREATE INDEX item_b ON item (a);",
      migration: "SELECT 1; CREATE INDEX CONCURRENTLY item_b ON item (b);")
    let engine = rehearsal.engine()
    await #expect(throws: (any Error).self) {
      try await engine.apply(
        version: nil, app: nil, allowDestructive: false, justification: "test")
    }
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  private static func index(on connection: PostgresConnection) async throws -> String {
    try await connection.query(
      "SELECT indexrelid::text || pg_get_indexdef(indexrelid) FROM pg_index WHERE indexrelid = 'item_b'::regclass"
    ).only().decode(0)
  }
}
