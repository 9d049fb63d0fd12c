import Postgres
import Rehearsals
import Synchronization
import TestSupport
import Testing

@testable import LiveMigration

/// The swap goes to the server as one message, and holds its locks no longer than its budget.
@Suite("The swap as one message", .database)
struct SwapMessageTests {
  static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 7, note text);
    CREATE INDEX t_a ON t (a);
    INSERT INTO t SELECT g, g, 'n' FROM generate_series(1, 500) g;
    ANALYZE t;
    """

  private func prepare(migration: String = "ALTER TABLE t ALTER COLUMN a TYPE bigint;") async throws
    -> (Rehearsal, PlanID)
  {
    let rehearsal = try await Rehearsal(
      setup: Self.setup, migration: migration, comparing: false)
    let id = try await rehearsal.plan()
    try await rehearsal.drive(id, until: .finalizing)
    return (rehearsal, id)
  }

  @Test
  func `Nothing goes back and forth between the locks and the commit`() async throws {
    let (rehearsal, id) = try await prepare()
    let texts = Mutex<[String]>([])
    let observer = StatementObserver(
      before: { text in texts.withLock { $0.append(text) } }, after: { _ in })
    let engine = rehearsal.engine()
    try await StatementObserver.$current.withValue(observer) {
      _ = try await engine.finalize(id, justification: "now") { _ in }
    }
    let sent = texts.withLock { $0 }
    let message = try #require(sent.firstIndex { $0.contains("DROP COLUMN a") })
    #expect(sent[message].contains("RENAME COLUMN a_new TO a"))
    #expect(
      sent[message].contains("LOCK TABLE public.t")
        || !sent[..<message].contains { $0.contains("LOCK TABLE public.t") })
    #expect(sent[message + 1] == "COMMIT")
    #expect(sent[..<message].contains { $0.hasPrefix("ANALYZE") && $0.contains("(a_new)") })
    // The new column has statistics from the first moment on.
    let known: Int = try await engine.connection().query(
      "SELECT count(*) FROM pg_stats WHERE tablename = 't' AND attname = 'a'"
    ).only().decode(0)
    #expect(known == 1)
    await engine.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `A swap that takes longer than its budget is rolled back, and says what took how long`()
    async throws
  {
    let (rehearsal, id) = try await prepare()
    let connection = try await rehearsal.database.connect()
    // Something slow that hangs on the statements of the swap.
    try await connection.script(
      """
      CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_sleep(30); END $$;
      CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('DROP TRIGGER', 'DROP FUNCTION')
        EXECUTE FUNCTION slow();
      """)
    var settings = Rehearsal.quick
    settings.swapBudget = .milliseconds(300)
    settings.lockRetries = 1
    let engine = rehearsal.engine(settings: settings)
    do {
      _ = try await engine.finalize(id, justification: "now") { _ in }
      Issue.record("the swap went through")
    } catch EngineError.retriesSpent(_, _, _, _, let error, _, _) {
      #expect(error.description.contains("swap_budget_ms (300 ms)"), "\(error)")
      #expect(error.description.contains("DROP TRIGGER"), "\(error)")
    }
    #expect(try await engine.show(id).row.status == .finalizing)
    let columns: Int = try await connection.query(
      "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a_new'"
    ).only().decode(0)
    #expect(columns == 1)
    try await connection.script("DROP EVENT TRIGGER slow")
    await engine.disconnect()
    // A machine under load may well need more than that budget.
    let unhurried = rehearsal.engine()
    #expect(try await unhurried.finalize(id, justification: "now") { _ in }.status == .complete)
    await connection.close()
    await unhurried.disconnect()
    try await rehearsal.dispose()
  }

  @Test
  func `What the server refuses names its statement`() async throws {
    let (rehearsal, id) = try await prepare()
    let connection = try await rehearsal.database.connect()
    try await connection.script("ALTER TABLE t DISABLE TRIGGER USER")
    let engine = rehearsal.engine()
    do {
      _ = try await engine.finalize(id, justification: "now") { _ in }
      Issue.record("the swap went through")
    } catch EngineError.dataRefused(_, _, _, let error, _, _) {
      let statement = try #require(error.statement)
      #expect(statement.hasPrefix("DO "), "\(statement)")
      #expect(!statement.contains("DROP COLUMN"), "\(statement)")
    }
    await connection.close()
    await engine.disconnect()
    try await rehearsal.dispose()
  }
}
