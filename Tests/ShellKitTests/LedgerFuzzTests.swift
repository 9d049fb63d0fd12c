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
    // What ends a plan leaves less for the others to meet.
    let endings = """
      finalize \(id) --justify fuzz
      revert \(id) --justify fuzz
      abandon \(id) --force
      revert \(id) --justify fuzz

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
      let outcome = try await Self.type(
        part % 60 < 45 ? lines : lines + endings, in: workspace, fuzz, after: changed)
      if outcome.errors.contains("a row of the ledger cannot be used") {
        // With another step's number, the step's kind or the piece in it is what does not fit.
        let consequences =
          changed.contains("current_step_index") ? ["current_step", "segment_index"] : []
        let isNamed = (changed + consequences).contains {
          outcome.errors.contains("\($0) of plan \(id)")
        }
        #expect(isNamed, "\(changed): \(outcome.errors)")
      }
    }
    await connection.close()
    try Self.expectLittleMemory()
  }

  /// Columns of the other two tables.
  private static let otherColumns: [(table: String, name: String, kind: Kind)] = [
    ("djogi_live_plan_events", "at", .time), ("djogi_live_plan_events", "actor", .text),
    ("djogi_live_plan_events", "host", .text), ("djogi_live_plan_events", "pid", .int),
    ("djogi_live_plan_events", "action", .text), ("djogi_live_plan_events", "step", .text),
    ("djogi_live_plan_events", "detail", .text),
    ("djogi_live_plan_events", "justification", .text),
    ("djogi_schema_migrations", "version", .text), ("djogi_schema_migrations", "app_label", .text),
    ("djogi_schema_migrations", "checksum_up", .text),
    ("djogi_schema_migrations", "checksum_down", .text),
    ("djogi_schema_migrations", "success", .bool),
    ("djogi_schema_migrations", "statements_done", .int),
    ("djogi_schema_migrations", "applied_at", .time),
  ]

  @Test func `events and applied migrations with nonsense are shown or refused`() async throws {
    let (workspace, id) = try await Self.bench()
    let connection = try await workspace.database.connect()
    try await connection.script(
      """
      CREATE TABLE saved_events AS SELECT plan_id, host, pid, action, step, detail
        FROM djogi_live_plan_events;
      DO $$ DECLARE c record; BEGIN
        FOR c IN SELECT attname, attrelid::regclass AS t FROM pg_attribute
          WHERE attnotnull AND attnum > 2 AND attidentity = '' AND attname <> 'app_label'
            AND attrelid IN ('djogi_live_plan_events'::regclass, 'djogi_schema_migrations'::regclass) LOOP
          EXECUTE format('ALTER TABLE %s ALTER %I DROP NOT NULL', c.t, c.attname);
        END LOOP; END $$;
      """)
    let lines = """
      history \(id)
      show \(id)
      list --all
      watch \(id) --count 1
      plan --dry-run
      apply

      """
    try await Fuzz.run("events and migrations", 45, words: Self.texts) { part, fuzz in
      try await connection.script(
        """
        DELETE FROM djogi_live_plan_events; DELETE FROM djogi_schema_migrations;
        INSERT INTO djogi_live_plan_events (plan_id, host, pid, action, step, detail)
          TABLE saved_events;
        INSERT INTO djogi_schema_migrations (version, app_label, checksum_up, description, success)
          VALUES ('V20260428000000__widen_amount', '', 'V1:', 'x', false)
        """)
      let column = Self.otherColumns[part % Self.otherColumns.count]
      let isKey = column.name == "version" || column.name == "app_label"
      let value: SQL =
        fuzz.random.chance(8) && !isKey ? "NULL" : Self.value(column.kind, fuzz)
      try await connection.execute(
        "UPDATE \(identifier: column.table) SET \(identifier: column.name) = \(sql: value)")
      _ = try await Self.type(lines, in: workspace, fuzz, after: ["\(column)"])
    }
    await connection.close()
    try Self.expectLittleMemory()
  }

  @Test func `a daemon survives rows with nonsense`() async throws {
    let (workspace, _) = try await Self.bench()
    let connection = try await workspace.database.connect()
    try await connection.script(
      """
      CREATE FUNCTION pg_temp.json_or_null(t text) RETURNS jsonb LANGUAGE plpgsql AS
        $$ BEGIN RETURN t::jsonb; EXCEPTION WHEN OTHERS THEN RETURN to_jsonb(t); END $$
      """)
    try await Fuzz.run("daemon", 8, words: Self.texts) { part, fuzz in
      let column = Self.columns[part * 3 % Self.columns.count]
      try await connection.script(
        """
        DELETE FROM djogi_live_plan_events; DELETE FROM djogi_live_plans;
        INSERT INTO djogi_live_plans TABLE saved;
        UPDATE djogi_live_plans SET status = 'running', last_progress_at = '2000-01-01'
        """)
      try await connection.execute(
        "UPDATE djogi_live_plans SET \(identifier: column.name) = \(sql: Self.value(column.kind, fuzz))"
      )
      let outcome = try await ChildProcess.run(
        "/usr/bin/timeout",
        [
          "--preserve-status", "--foreground", "--signal", "TERM", "3", ChildProcess.shell,
          "--workspace",
          workspace.folder, "daemon", "--poll-interval", "1s", "--claim-stale-after", "1s",
        ], environment: ["DATABASE_URL": workspace.database.url])
      guard outcome.status == .exited(0) else {
        throw FuzzFailure(
          description: "\(column): \(outcome.status) \(outcome.errors.suffix(3000))")
      }
      #expect(Self.isPlain(outcome.output + outcome.errors), "\(column)")
    }
    await connection.close()
    try Self.expectLittleMemory()
  }

  /// Gives the program lines; it must end as the contract says, and print nothing that a terminal obeys.
  ///
  /// - Parameter changed: The columns that hold nonsense.
  private static func type(
    _ lines: String, in workspace: CommandsWorkspace, _ fuzz: Fuzz, after changed: [String]
  ) async throws -> ChildProcess.Outcome {
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
      #expect(isPlain(text), "\(changed): \(text.debugDescription)")
    }
    return outcome
  }

  /// No program that this process has started ever took more than a bound that no sound run comes near.
  private static func expectLittleMemory() throws {
    var usage = rusage()
    #expect(getrusage(RUSAGE_CHILDREN.rawValue, &usage) == 0)
    // A sanitizer keeps what was freed, and shadows of all.
    let isSanitized = ProcessInfo.processInfo.environment["DJOGI_SANITIZED"] != nil
    // In KiB (man 2 getrusage).
    #expect(usage.ru_maxrss < (isSanitized ? 2400 : 600) << 10)
  }

  /// Whether no character steers a terminal or turns the reading order.
  private static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n"
        || (scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
          && !(0x202A...0x202E).contains(scalar.value)
          && !(0x2066...0x2069).contains(scalar.value)
          && ![0x061C, 0x200E, 0x200F].contains(scalar.value))
    }
  }
}
