import Foundation
import Postgres
import PrivateServer
import Rehearsals
import TestSupport
import Testing

/// Rows of the ledger with nonsense in them, as another program or another version may have left them.
@Suite("Fuzzed ledger", .database)
struct LedgerFuzzTests {
  /// A column, and the kind of value that it takes.
  private static let columns: [(name: String, kind: Kind)] = [
    ("slug", .text), ("plan_file_checksum", .text), ("classification", .text), ("status", .text),
    ("current_step", .text), ("current_step_index", .int), ("segment_index", .int),
    ("backfill_rows_done", .bigint), ("backfill_rows_total", .bigint), ("started_at", .time),
    ("last_progress_at", .time), ("completed_at", .time), ("last_error", .text),
    ("originating_migration", .text), ("target_database", .text), ("app_label", .text),
    ("claimed_by_pid", .int), ("claimed_by_host", .text), ("claimed_at", .time),
    ("pause_requested", .bool), ("backfill_cursor", .json), ("backfill_state", .json),
    ("tuning", .json), ("created_at", .time),
  ]

  private enum Kind { case text, int, bigint, time, bool, json }

  private static let states = [
    """
    {"table":"public.t","rowsDone":100,"rowsTotal":1000,"rowsPerSecond":12.5,"secondsLeft":72.0,\
    "secondsLeftSpread":3.0,"chunkMilliseconds":90.1,"windowBlocks":64,"strides":8,"sweep":0,\
    "waitingFor":"replication","hotShare":0.5,"walBytes":123456,"workers":2}
    """,
    """
    {"changedInPass":17,"endBlock":4,"fileNode":1,"leaf":1,"nextBlock":2,\
    "open":[{"block":0,"end":2,"stride":3,"strides":8}],"sweep":1}
    """,
    #"{"chunk-target":"100ms","max-rate":"5000","windows":"22:00-06:00","workers":"2"}"#,
  ]
  private static let texts = [
    "running", "paused", "validating", "cutover", "finalizing", "failed", "complete", "pending",
    "backfill_chunked", "validate_backfill", "cleanup_legacy_state", "expand_schema", "main",
    "crud_log", "V1:", "V20260428000000__widen_amount", "shop", "localhost",
  ]

  private static func value(_ kind: Kind, _ fuzz: Fuzz) -> SQL {
    switch kind {
    case .text:
      // What a text column cannot hold, the server would not give.
      return "\(fuzz.hostileText.replacing("\u{0}", with: ""))"
    case .int:
      return "\(fuzz.random.pick([-2_147_483_648, -1, 0, 1, 3, 7, 99, 2_147_483_647]))::int"
    case .bigint: return "\(fuzz.random.pick([Int.min, -1, 0, 1, 50, Int.max]))"
    case .time:
      let times = ["-infinity", "infinity", "epoch", "4713-01-01 BC", "294276-12-31", "now"]
      return "\(literal: fuzz.random.pick(times))::timestamptz"
    case .bool: return "\(fuzz.random.chance(50))"
    case .json:
      let text = String(decoding: fuzz.mutation(of: fuzz.random.pick(states)), as: UTF8.self)
        .replacing("\u{0}", with: "")
      return "pg_temp.json_or_null(\(text))"
    }
  }

  /// A plan at its first gate, and constraints that a careless hand has dropped.
  private static func bench() async throws -> (CommandsWorkspace, String) {
    let workspace = try await CommandsWorkspace(rows: 50)
    let id = try await workspace.plan()
    _ = try await workspace.run("run", id, "--allow-destructive", "--justify", "fuzz")
    let connection = try await workspace.database.connect()
    try await connection.script(
      """
      DO $$ DECLARE c record; BEGIN
        FOR c IN SELECT conname FROM pg_constraint
          WHERE conrelid = 'djogi_live_plans'::regclass AND contype = 'c' LOOP
          EXECUTE format('ALTER TABLE djogi_live_plans DROP CONSTRAINT %I', c.conname);
        END LOOP; END $$;
      DO $$ DECLARE c record; BEGIN
        FOR c IN SELECT attname FROM pg_attribute WHERE attnotnull AND attnum > 1
          AND attrelid = 'djogi_live_plans'::regclass LOOP
          EXECUTE format('ALTER TABLE djogi_live_plans ALTER %I DROP NOT NULL', c.attname);
        END LOOP; END $$;
      CREATE TABLE saved AS TABLE djogi_live_plans;
      """)
    await connection.close()
    return (workspace, id)
  }

  @Test func `a row with nonsense is shown or refused by its plan and column`() async throws {
    let (workspace, id) = try await Self.bench()
    let connection = try await workspace.database.connect()
    try await connection.script(
      """
      CREATE FUNCTION pg_temp.json_or_null(t text) RETURNS jsonb LANGUAGE plpgsql AS
        $$ BEGIN RETURN t::jsonb; EXCEPTION WHEN OTHERS THEN RETURN to_jsonb(t); END $$
      """)
    let lines = """
      list --all
      show \(id)
      history \(id)
      watch \(id) --count 1
      tune \(id)
      pause \(id)
      run \(id) --allow-destructive --justify fuzz
      resume \(id) --allow-destructive --justify fuzz
      plan --dry-run

      """
    try await Fuzz.run("ledger rows", 60, words: Self.texts) { part, fuzz in
      try await connection.script(
        "DELETE FROM djogi_live_plan_events; DELETE FROM djogi_live_plans; "
          + "INSERT INTO djogi_live_plans TABLE saved")
      var changed: [String] = []
      for _ in 0..<fuzz.random.int(in: 1...2) {
        // Each column has its turn.
        let column = Self.columns[(part + changed.count * 7) % Self.columns.count]
        changed.append(column.name)
        let value: SQL = fuzz.random.chance(8) ? "NULL" : Self.value(column.kind, fuzz)
        try await connection.execute(
          "UPDATE djogi_live_plans SET \(identifier: column.name) = \(sql: value)")
      }
      let format = fuzz.random.pick(["text", "json"])
      let outcome = try await ChildProcess.run(
        ChildProcess.shell,
        ["--workspace", workspace.folder, "--output", format, "--on-error", "continue"],
        environment: ["DATABASE_URL": workspace.database.url], input: lines)
      guard case .exited(let status) = outcome.status, status <= 5 else {
        throw FuzzFailure(
          description: "\(changed): \(outcome.status) \(outcome.errors.suffix(3000))")
      }
      for text in [outcome.output, outcome.errors] {
        #expect(Self.isPlain(text), "\(changed): \(text.debugDescription)")
      }
      if outcome.errors.contains("a row of the ledger cannot be used") {
        let isNamed = changed.contains { outcome.errors.contains("\($0) of plan \(id)") }
        #expect(isNamed, "\(changed): \(outcome.errors)")
      }
    }
    await connection.close()
  }

  /// Whether no character steers a terminal or turns the reading order.
  private static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n"
        || (scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
          && !(0x202A...0x202E).contains(scalar.value))
    }
  }
}
