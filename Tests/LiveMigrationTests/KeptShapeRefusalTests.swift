import LiveMigration
import Postgres
import Rehearsals
import TestSupport
import Testing

/// What stands in the way of an old shape is said before anything is done, and can be put right.
@Suite("The old shape is not kept, or not back", .database)
struct KeptShapeRefusalTests {
  @Test func `A value that the old shape does not hold is named, and stays in the new one`()
    async throws
  {
    let (rehearsal, id) = try await KeptCase(
      setup: "CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 1)",
      migration: "ALTER TABLE t ALTER COLUMN n TYPE bigint;"
    ).ready()
    let engine = rehearsal.engine()
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    let client = try await rehearsal.database.connect()
    try await client.script("INSERT INTO t (id, n) VALUES (2, 5000000000), (3, 3)")
    let found = try await engine.show(id).newValues
    #expect(found?.rows == 1 && found?.keys == ["id=2"])
    let error = await #expect(throws: EngineError.self) {
      _ = try await engine.rollback(id, justification: "t") { _ in }
    }
    guard case .losesNewValues(id, .rollback, 1, nil, ["id=2"]) = error else {
      throw try #require(error)
    }
    #expect(error?.next?.action == .rollback(id, discarding: 1))
    _ = try await engine.rollback(id, justification: "t", discarding: 1) { _ in }
    let old: [String] = try await client.query("SELECT n::text FROM t ORDER BY id").map {
      try $0.decode(0, as: String?.self) ?? "none"
    }
    #expect(old == ["1", "none", "3"])
    // Forward again it is there again.
    _ = try await engine.finalize(id, justification: "t") { _ in }
    let new: Int = try await client.query("SELECT n FROM t WHERE id = 2").only().decode(0)
    #expect(new == 5_000_000_000)
    await engine.disconnect()
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `A key without an old value stops the rollback before anything is done`() async throws
  {
    let (rehearsal, id) = try await KeptCase.keys.ready()
    let engine = rehearsal.engine()
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    let client = try await rehearsal.database.connect()
    try await client.script("INSERT INTO t (id, v) VALUES (5000000000, 'large')")
    let error = await #expect(throws: EngineError.self) {
      _ = try await engine.rollback(id, justification: "t", discarding: 1) { _ in }
    }
    #expect(error?.description.contains("id=5000000000") == true)
    #expect(error?.next?.action == .rollback(id))
    // Clients go on, and so does the rollback once the row is gone.
    try await client.script("DELETE FROM t WHERE id = 5000000000; INSERT INTO t VALUES (31, 'w')")
    #expect(try await engine.rollback(id, justification: "t") { _ in }.status == .finalizing)
    #expect(try await engine.finalize(id, justification: "t") { _ in }.status == .complete)
    await engine.disconnect()
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `A swap that was refused leaves nothing that a revert would miss`() async throws {
    let (rehearsal, id) = try await KeptCase.keys.ready()
    let engine = rehearsal.engine()
    let client = try await rehearsal.database.connect()
    let trigger: String = try await client.query(
      "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE 'zzzz%'"
    ).only().decode(0)
    try await client.execute("ALTER TABLE t DISABLE TRIGGER \(raw: trigger)")
    let error = await #expect(throws: EngineError.self) {
      _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    }
    #expect(error?.next?.action == .finalize(id))
    #expect(try await engine.show(id).row.kept == nil)
    // An index stands in for the key's already.
    #expect(try await rehearsal.leftOvers().contains { $0.hasSuffix("i0b") })
    _ = try await engine.revert(id, justification: "t") { _ in }
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    #expect(try await rehearsal.leftOvers() == [])
    await engine.disconnect()
    await client.close()
    try await rehearsal.dispose()
  }

  @Test func `What is kept can be rolled back or retired, and nothing else`() async throws {
    let (rehearsal, id) = try await KeptCase.keys.ready()
    let engine = rehearsal.engine()
    for command in [PlanCommand.rollback, .retire] {
      let error = await #expect(throws: EngineError.self) {
        _ = try await rehearsal.perform(command, id, engine)
      }
      #expect(error?.description.hasSuffix("keeps no old shape") == true)
    }
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    for command in [PlanCommand.run, .resume, .finalize, .abandon, .pause] {
      let error = await #expect(throws: EngineError.self) {
        _ = try await rehearsal.perform(command, id, engine)
      }
      guard case .statusConflict(id, .finalizing, command, _, let next) = error else {
        throw try #require(error)
      }
      #expect(command == .pause || next?.action == .retire(id))
    }
    let error = await #expect(throws: EngineError.self) {
      _ = try await engine.revert(id, justification: "t") { _ in }
    }
    #expect(error?.next?.action == .retire(id))
    // Another time may be chosen.
    let later = try await engine.finalize(
      id, justification: "t", keeping: KeepingTime(.seconds(60), retiresUnattended: true)
    ) { _ in }
    #expect(later.kept?.retiresUnattended == true)
    #expect(try await engine.retire(id, justification: "t") { _ in }.status == .complete)
    #expect(try await engine.show(id).row.kept == nil)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    ("an identity key with keys onto it", "t"),
    ("a type, a name and a column that goes, in two shapes at once", "orders"),
  ])
  func `A rollback that came half the way can be given up`(name: String, table: String)
    async throws
  {
    let test = try #require(KeptCase.cases.first { $0.testDescription == name })
    let (rehearsal, id) = try await test.ready()
    let engine = rehearsal.engine()
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    let reader = try await rehearsal.database.connect()
    try await reader.script("BEGIN; LOCK TABLE \(table) IN ACCESS SHARE MODE")
    var settings = rehearsal.settings
    settings.lockRetries = 1
    settings.lockTimeout = .milliseconds(100)
    let hasty = rehearsal.engine(settings: settings)
    await #expect(throws: EngineError.self) {
      _ = try await hasty.rollback(id, justification: "t") { _ in }
    }
    #expect(try await engine.show(id).row.position.segment > 1)
    try await reader.script("COMMIT")
    #expect(try await engine.retire(id, justification: "t") { _ in }.status == .complete)
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    #expect(try await rehearsal.leftOvers() == [])
    for engine in [engine, hasty] { await engine.disconnect() }
    await reader.close()
    try await rehearsal.dispose()
  }

  @Test func `What is given up, or taken back, is so once`() async throws {
    let (rehearsal, id) = try await KeptCase.keys.ready()
    let engine = rehearsal.engine()
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    _ = try await engine.rollback(id, justification: "t") { _ in }
    let again = await #expect(throws: EngineError.self) {
      _ = try await engine.rollback(id, justification: "t") { _ in }
    }
    #expect(again?.description.hasSuffix("keeps no old shape") == true)
    #expect(again?.next?.action == .finalize(id))
    _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    _ = try await engine.retire(id, justification: "t") { _ in }
    for command in [PlanCommand.rollback, .retire, .revert] {
      let error = await #expect(throws: EngineError.self) {
        guard command != .revert else {
          _ = try await engine.revert(id, justification: "t") { _ in }
          return
        }
        _ = try await rehearsal.perform(command, id, engine)
      }
      guard case .statusConflict(id, .complete, command, _, _) = error else {
        throw try #require(error)
      }
    }
    try await rehearsal.runDirectly()
    let schemas = try await rehearsal.schemas()
    #expect(SchemaText.differences(schemas.live, schemas.direct) == [])
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test(arguments: [
    (
      "CREATE TABLE t (id int PRIMARY KEY, v text, w text)",
      "ALTER TABLE t ALTER COLUMN v TYPE integer USING length(w);", "made of other columns"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, v text)",
      "ALTER TABLE t ALTER COLUMN v TYPE integer USING length(v);", "no way back"
    ),
    (
      "CREATE DOMAIN d AS int NOT NULL DEFAULT 1; CREATE TABLE t (id int PRIMARY KEY, v int, w d)",
      "ALTER TABLE t ALTER COLUMN w TYPE bigint;", "takes no NULL"
    ),
    // What the new shape takes would meet an index of the old one.
    (
      "CREATE TABLE t (id int PRIMARY KEY, v numeric UNIQUE)",
      "ALTER TABLE t ALTER COLUMN v TYPE text;", "may call different values equal"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, v int); CREATE UNIQUE INDEX ON t (v) NULLS NOT DISTINCT",
      "ALTER TABLE t ALTER COLUMN v TYPE bigint;", "takes one NULL alone"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, v int, w int); CREATE UNIQUE INDEX ON t (w) WHERE v IS NULL",
      "ALTER TABLE t ALTER COLUMN v TYPE bigint;", "in an expression or condition"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, v int); CREATE VIEW w AS SELECT v FROM t",
      "DROP VIEW w; ALTER TABLE t ALTER COLUMN v TYPE bigint; CREATE VIEW w AS SELECT v FROM t;",
      "line 1 of the migration"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, v int, w int, EXCLUDE (v WITH =, w WITH =))",
      "ALTER TABLE t ALTER COLUMN id TYPE bigint; ALTER TABLE t DROP COLUMN w;",
      "would bind what is written without"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, v int, w int, UNIQUE (v, w) DEFERRABLE)",
      "ALTER TABLE t ALTER COLUMN id TYPE bigint; ALTER TABLE t DROP COLUMN w;",
      "which is DEFERRABLE"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, v int, w int); CREATE INDEX ON t (v, w)",
      "ALTER TABLE t ALTER COLUMN v TYPE bigint; ALTER TABLE t DROP COLUMN w;",
      "over another that changes"
    ),
    (
      "CREATE TABLE t (id int PRIMARY KEY, v int)",
      "ALTER TABLE t RENAME COLUMN v TO w; ALTER TABLE t ALTER COLUMN w TYPE bigint;",
      "several windows"
    ),
  ])
  func `What cannot be taken back is said before the swap`(
    setup: String, migration: String, reason: String
  ) async throws {
    guard try await TestDatabase.current.reads(setup) else { return }
    let (rehearsal, id) = try await KeptCase(
      setup: setup + "; INSERT INTO t (id, v) VALUES (1, '1')",
      migration: migration
    ).ready()
    let engine = rehearsal.engine()
    let error = await #expect(throws: EngineError.self) {
      _ = try await engine.finalize(id, justification: "t", keeping: KeptCase.day) { _ in }
    }
    guard case .cannotKeep(id, let found) = error else { throw try #require(error) }
    #expect(found.contains(reason))
    #expect(try await engine.show(id).row.status == .finalizing)
    #expect(try await rehearsal.drive(id).status == .complete)
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
