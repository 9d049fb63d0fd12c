internal import Postgres
internal import SchemaChange

/// Finds the sessions that stand in the way of a lock.
enum Blockers {
  /// The sessions that hold locks on the relations that `statements` name, the oldest transactions first.
  static func of(
    _ statements: [String], on connection: PostgresConnection
  ) async throws -> [Blocker] {
    let names = statements.flatMap { (try? StatementRewriter.mentions(in: $0)) ?? [] }
    return try await of(Set(names.map(\.quoted)), on: connection)
  }

  /// The sessions that hold locks on relations, on their partitions, or on tables that foreign keys tie to them, and
  /// the sessions that these wait for.
  ///
  /// Whoever waits for nobody comes first: a client that queues behind a stranger is not to blame.
  static func of(
    _ names: Set<String>, on connection: PostgresConnection
  ) async throws -> [Blocker] {
    guard !names.isEmpty else { return [] }
    let rows = try await connection.query(
      """
      WITH RECURSIVE named AS (
        SELECT to_regclass(n) AS oid FROM unnest(\(names.sorted())::text[]) AS n
      ), tree AS (
        -- From the catalogue: pg_partition_tree() would wait for the very locks that are looked for.
        SELECT oid FROM named
        UNION SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid
      ), related AS (
        SELECT oid, 0 AS distance FROM tree
        UNION SELECT confrelid, 1 FROM pg_constraint JOIN named ON conrelid = named.oid
        UNION SELECT conrelid, 1 FROM pg_constraint JOIN named ON confrelid = named.oid
      ), chain AS (
        SELECT pid, distance FROM pg_locks JOIN related ON relation = related.oid
        WHERE granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        UNION SELECT blocker, distance FROM chain, unnest(pg_blocking_pids(chain.pid)) AS blocker
      ), found AS (SELECT pid, min(distance) AS distance FROM chain GROUP BY pid)
      SELECT a.pid, coalesce(a.application_name, '') AS name, coalesce(a.state, '') AS state,
        coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8 AS age,
        left(regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 60) AS query
      FROM found JOIN pg_stat_activity AS a USING (pid)
      WHERE a.pid <> pg_backend_pid()
      ORDER BY cardinality(pg_blocking_pids(a.pid)) > 0, distance, a.xact_start LIMIT 3
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
    case .validateBackfill(let gates): return gates.map(\.query)
    case .cutoverReads: return []
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
