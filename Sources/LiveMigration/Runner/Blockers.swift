internal import Postgres
internal import SchemaChange

/// Finds the sessions that stand in the way of a lock.
enum Blockers {
  /// The sessions that hold locks on the relations that `statements` name, the oldest transactions first.
  static func of(
    _ statements: [String], on connection: PostgresConnection
  ) async throws -> [Blocker] {
    let names = Set(
      statements.flatMap { (try? StatementRewriter.mentions(in: $0)) ?? [] }.map(\.quoted))
    guard !names.isEmpty else { return [] }
    let rows = try await connection.query(
      """
      SELECT a.pid, coalesce(a.application_name, '') AS name, coalesce(a.state, '') AS state,
        coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8 AS age,
        left(regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 60) AS query
      FROM pg_stat_activity AS a
      WHERE a.pid <> pg_backend_pid() AND EXISTS (SELECT FROM pg_locks AS l
        WHERE l.pid = a.pid AND l.granted
          AND l.relation = ANY (SELECT to_regclass(n) FROM unnest(\(Array(names))::text[]) AS n))
      ORDER BY a.xact_start LIMIT 3
      """)
    return try rows.map { row in
      Blocker(
        pid: try row.decode("pid"), applicationName: try row.decode("name"),
        age: try row.decode("age"), state: try row.decode("state"),
        statement: try row.decode("query"))
    }
  }
}

extension LivePlan {
  /// The statements of a step that take locks.
  func statements(of step: Int) -> [String] {
    guard steps.indices.contains(step) else { return [] }
    switch steps[step].parameters {
    case .expandSchema(let segments), .finalizeConstraints(let segments),
      .cleanupLegacyState(let segments), .runReversibleSchemaOp(let segments):
      return segments.flatMap(\.statements)
    case .beginCompatibilityWindow(let hooks): return hooks.flatMap(\.install)
    case .cutoverWrites: return hooks.flatMap(\.preferShadow)
    case .backfillChunked(let backfills): return backfills.map { "TABLE \($0.table)" }
    case .validateBackfill, .cutoverReads: return []
    }
  }

  /// The hooks that the plan opens.
  var hooks: [Hook] {
    steps.flatMap { step -> [Hook] in
      if case .beginCompatibilityWindow(let hooks) = step.parameters { hooks } else { [] }
    }
  }

  /// Whether the plan drops anything.
  public var isDestructive: Bool {
    steps.contains { step in
      switch step.parameters {
      case .cleanupLegacyState: true
      case .runReversibleSchemaOp(let segments):
        segments.flatMap(\.statements).contains(where: Self.drops)
      default: false
      }
    }
  }

  /// What the grammar does not read counts as destructive.
  private static func drops(_ sql: String) -> Bool {
    guard let changes = try? MigrationParser.parse(sql) else { return true }
    return changes.contains { change in
      switch change.operation {
      case .dropColumn, .drop, .truncate, .dropConstraint, .dropIndex: true
      default: false
      }
    }
  }
}

extension Segment {
  /// The statements that the segment runs.
  var statements: [String] {
    switch work {
    case .transactional(let statements): statements
    case .buildIndex(_, _, let statement), .dropIndex(_, let statement),
      .outsideTransaction(let statement):
      [statement]
    }
  }
}
