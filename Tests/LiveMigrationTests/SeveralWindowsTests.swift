import LiveMigration
import Postgres
import SchemaChange
import TestSupport
import Testing

/// A file whose statements depend on each other becomes a plan of windows, one after another.
@Suite("Several windows", .database)
struct SeveralWindowsTests {
  private static let setup = """
    CREATE FUNCTION conv(n int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n::bigint';
    CREATE TABLE item (id int PRIMARY KEY, n int);
    INSERT INTO item SELECT g, g FROM generate_series(1, 2000) AS g; ANALYZE item
    """
  private static let migration = """
    CREATE OR REPLACE FUNCTION conv(n int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n * 10::bigint';
    ALTER TABLE item ALTER COLUMN n TYPE bigint USING conv(n);
    """

  private func rehearsal(_ migration: String = migration) async throws -> Rehearsal {
    var settings = Rehearsal.quick
    settings.validationThresholdRows = 500
    return try await Rehearsal(
      setup: Self.setup, migration: migration, settings: settings, comparing: false)
  }

  @Test
  func `A revert in the second window leaves what the first one ended with`() async throws {
    let rehearsal = try await rehearsal()
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(id, options: Rehearsal.everything) { _ in }
    #expect(try await engine.show(id).row.status == .finalizing)
    _ = try await engine.finalize(id, justification: "first window") { _ in }
    #expect(try await engine.show(id).row.status == .validating)
    _ = try await engine.revert(id, justification: "second window") { _ in }
    await engine.disconnect()
    let client = try await rehearsal.database.connect()
    let row = try await client.query(
      """
      SELECT conv(7), (SELECT count(*) FROM pg_attribute WHERE attrelid = 'item'::regclass AND attnum > 0
        AND NOT attisdropped), (SELECT atttypid::regtype::text FROM pg_attribute
        WHERE attrelid = 'item'::regclass AND attname = 'n')
      """
    ).only()
    #expect(try row.decode(0, as: Int.self) == 70)
    #expect(try row.decode(1, as: Int.self) == 2)
    #expect(try row.decode(2, as: String.self) == "integer")
    await client.close()
    try await rehearsal.dispose()
  }

  @Test
  func `A trigger that came in the first window is accepted before the second one fills rows`()
    async throws
  {
    let role = try await TestDatabase.current.makeRole()
    let rehearsal = try await Rehearsal(
      setup: """
        \(Self.setup);
        ALTER TABLE item OWNER TO \(role);
        ALTER FUNCTION conv OWNER TO \(role);
        GRANT CREATE ON SCHEMA public TO \(role);
        ALTER ROLE \(role) CREATEDB
        """, migration: Self.migration, user: role, settings: Rehearsal.quick, comparing: false)
    let id = try await rehearsal.plan()
    let engine = rehearsal.engine()
    _ = try await engine.run(
      id, options: RunOptions(allowDestructive: true, justification: "first window")
    ) { _ in }
    let client = try await rehearsal.database.connect()
    try await client.script(
      """
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      ALTER FUNCTION touch OWNER TO \(role);
      CREATE TRIGGER touch BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION touch()
      """)
    let error = await #expect(throws: EngineError.self) {
      try await engine.finalize(id, justification: "first window") { _ in }
    }
    guard case .triggersFire(_, .finalize, ["touch on public.item"], _) = error else {
      throw try #require(error)
    }
    #expect(error?.next == NextStep(.finalize(id), accepts: [.triggers]))
    #expect(try await engine.show(id).row.status == .finalizing)
    let outcome = try await engine.finalize(
      id, justification: "they do nothing", acceptsTriggers: true
    ) { _ in }
    #expect(outcome.status == .validating)
    #expect(try await engine.history(id).contains { $0.action == .triggersAccepted })
    await client.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A file that is one transaction is never divided`() async throws {
    let rehearsal = try await rehearsal("BEGIN;\n\(Self.migration)\nCOMMIT;")
    let engine = rehearsal.engine()
    let error = await #expect(throws: EngineError.self) {
      try await engine.plan(version: nil, app: nil, dryRun: false)
    }
    guard case .offlineOnly(_, let verdicts) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(verdicts.map(\.rule) == [.dependsOnEarlier])
    #expect(verdicts.first?.reason.contains("line 2") == true)
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
