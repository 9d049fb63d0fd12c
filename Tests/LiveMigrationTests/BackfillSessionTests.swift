import LiveMigration
import Postgres
import TestSupport
import Testing

/// A plan that is made in one session and driven in others, whose settings differ.
@Suite("Backfill: whose settings", .database)
struct BackfillSessionTests {
  private static let planning = "SET TimeZone = 'America/New_York'; SET search_path = app, public"
  private static let driving = "SET TimeZone = 'Asia/Tokyo'; SET search_path = public"

  private static let functions = """
    CREATE SCHEMA app;
    CREATE FUNCTION app.doubled(value int) RETURNS bigint STABLE LANGUAGE sql
      AS $$ SELECT 2 * value::bigint $$;
    CREATE FUNCTION app.zone() RETURNS text VOLATILE LANGUAGE plpgsql
      AS $$ BEGIN RETURN current_setting('TimeZone'); END $$;
    """

  @Test(arguments: [
    "ALTER TABLE t ALTER COLUMN happened TYPE timestamptz;",
    "ALTER TABLE t ALTER COLUMN amount TYPE bigint USING doubled(amount);",
    "ALTER TABLE t ALTER COLUMN day TYPE date USING day::date;",
    "ALTER TABLE t ADD COLUMN zone text NOT NULL DEFAULT zone();",
    "ALTER TABLE t ADD COLUMN zone text DEFAULT zone();",
    """
    ALTER TABLE t ALTER COLUMN amount TYPE bigint USING doubled(amount);
    ALTER TABLE t ADD CONSTRAINT small CHECK (doubled(amount::int) < 100000);
    CREATE INDEX t_zone ON t ((amount + 1)) WHERE doubled(1) > 0 OR true;
    """,
  ])
  func `Rows become what they would have become where the plan was made`(
    migration: String
  ) async throws {
    let rehearsal = try await Rehearsal(
      setup: Self.functions + """
        CREATE TABLE t (id int PRIMARY KEY, amount int, happened timestamp, day text);
        INSERT INTO t SELECT g, g, timestamp '2024-01-01 12:00' + g * interval '1 h', '03/04/2024'
          FROM generate_series(1, 1000) g;
        ANALYZE;
        """, migration: migration, settings: FilledTable.settings)
    let (live, direct) = (rehearsal.database.name, rehearsal.directName)
    try await Self.alter(direct, Self.planning, rehearsal)
    try await Self.alter(live, Self.planning + "; SET DateStyle = 'ISO, DMY'", rehearsal)
    try await Self.alter(direct, "SET DateStyle = 'ISO, DMY'", rehearsal)
    let id = try await rehearsal.plan()
    try await Self.alter(live, Self.driving + "; SET DateStyle = 'ISO, MDY'", rehearsal)
    let outcome = try await rehearsal.drive(id)
    #expect(outcome.status == .complete)
    try await Self.alter(live, Self.planning, rehearsal)
    try await rehearsal.runDirectly()
    let rows = try await rehearsal.rows(of: "t")
    #expect(rows.live == rows.direct)
    let schemas = try await rehearsal.schemas()
    #expect(schemas.live == schemas.direct)
    try await rehearsal.dispose()
  }

  @Test
  func `A plan resumed elsewhere gives all rows values of one kind`() async throws {
    let rehearsal = try await Rehearsal(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, happened timestamp);
        INSERT INTO t SELECT g, timestamp '2024-01-01 12:00' FROM generate_series(1, 4000) g;
        ANALYZE;
        """, migration: "ALTER TABLE t ALTER COLUMN happened TYPE timestamptz;",
      settings: FilledTable.settings, comparing: false)
    try await Self.alter(rehearsal.database.name, Self.planning, rehearsal)
    let id = try await rehearsal.plan()
    let (engine, other) = (rehearsal.engine(), rehearsal.engine())
    let witness = Witness()
    let run = Task {
      try await engine.run(id, options: Rehearsal.everything) { event in
        if case .backfill = event { withUnsafeCurrentTask { $0?.cancel() } }
        witness.take(event)
      }
    }
    await #expect(throws: EngineError.self) { try await run.value }
    #expect(witness.chunks > 0)
    await engine.disconnect()
    try await Self.alter(rehearsal.database.name, Self.driving, rehearsal)
    try await rehearsal.drive(id, with: other)
    let client = try await rehearsal.database.connect()
    #expect(try await client.query("SELECT DISTINCT happened FROM t").count == 1)
    await client.close()
    await other.disconnect()
    try await rehearsal.dispose()
  }

  /// Changes what new sessions with a database start with.
  private static func alter(
    _ database: String, _ settings: String, _ rehearsal: Rehearsal
  ) async throws {
    let admin = try await rehearsal.database.cluster.connect()
    for setting in settings.split(separator: "; ") {
      try await admin.execute("ALTER DATABASE \(identifier: database) \(raw: String(setting))")
    }
    await admin.close()
  }
}
