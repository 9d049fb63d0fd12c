internal import Postgres
internal import SchemaChange

/// The tables that the statements of a transaction lock, as the catalogue has them now.
///
/// A statement waits for each partition by itself, and for the tables at the other end of foreign keys that it drops:
/// none of them it names.
struct LockSurvey: Sendable {
  /// Drops of views that come before all locks: clients lock a view before its tables.
  private(set) var first: [PlannedStatement] = []
  /// The locks that can be taken in front, in one order for every plan, so that two cannot wait for each other.
  private(set) var ahead: [String] = []
  /// How many relations the statements themselves wait for.
  private(set) var others = 0
  /// The statements without those that `first` and `ahead` stand for.
  private(set) var statements: [PlannedStatement]
  /// Every relation that is locked, by its identifier.
  private(set) var locked: [UInt32] = []

  /// Looks into the catalogue, where nothing waits for a lock.
  init(
    _ statements: [PlannedStatement], taking manner: LockManner = .asNeeded,
    on connection: isolated PostgresConnection
  ) async throws {
    self.statements = statements
    let locks = statements.flatMap(\.locks)
    guard !locks.isEmpty || statements.contains(where: \.isOpaque) else { return }
    others = statements.contains(where: \.isOpaque) ? 2 : 0
    let found = locks.isEmpty ? [] : try await Self.find(Array(Set(locks)), on: connection)
    locked = found.filter { ($0.mode ?? .accessShare) > .rowShare }.flatMap(\.tree)
    others += found.reduce(0) { $0 + $1.size }
    // A single lock is waited for as long as `lock_timeout` says.
    guard others > 1,
      manner != .asNeeded || statements.contains(where: \.onlyLocks)
        || found.contains(where: \.isHidden)
    else { return }
    let ahead = found.filter(\.mayLock).sorted { $0.table.quoted < $1.table.quoted }
    self.ahead = ahead.compactMap { found in
      found.mode.map { mode in
        "LOCK TABLE \(found.isAlone ? "ONLY " : "")\(found.table) IN \(mode.words) MODE"
      }
    }
    others -= ahead.reduce(0) { $0 + $1.size }
    let taken = Set(ahead.map(\.table))
    self.statements.removeAll { statement in
      statement.onlyLocks && statement.locks.allSatisfy { taken.contains($0.relation) }
    }
    let views = Set(found.filter(\.isView).map(\.table))
    let drops = self.statements.prefix { statement in
      statement.destroys && !statement.isOpaque
        && statement.locks.allSatisfy { lock in
          views.contains {
            $0 == lock.relation || lock.relation.schema == nil && $0.name == lock.relation.name
          }
        }
    }
    first = Array(drops)
    self.statements.removeFirst(drops.count)
  }

  /// A relation that is locked.
  private struct Found {
    var table: QualifiedName
    /// `nil` where the statement's lock is weak, or not known for sure.
    var mode: LockMode?
    /// The relations that are waited for, one after the other.
    var tree: [UInt32]
    /// Whether no statement names it, or all of it.
    var isHidden: Bool
    var mayLock: Bool
    /// Whether the tables below it are left out.
    var isAlone: Bool
    var isView: Bool

    var size: Int { max(tree.count, 1) }
  }

  private static func find(
    _ locks: [TableLock], on connection: isolated PostgresConnection
  ) async throws -> [Found] {
    let names = locks.map(\.relation.quoted)
    let modes = locks.map { $0.mode?.rank ?? 0 }
    let reaches = locks.map(\.reach.rank)
    let ofIndex = locks.map { $0.isOfIndex ? 1 : 0 }
    let losses = locks.map(\.loses.word)
    let parts = locks.map(\.loses.part)
    let rows = try await connection.query(
      """
      WITH RECURSIVE wanted AS (
        SELECT pg_catalog.to_regclass(name)::oid AS oid, mode, reach, of_index = 1 AS of_index, loses, part
        FROM unnest(\(names)::text[], \(modes)::int[], \(reaches)::int[], \(ofIndex)::int[],
          \(losses)::text[], \(parts)::text[])
          AS wanted (name, mode, reach, of_index, loses, part)
      ), named AS (
        -- A statement about an index locks its table only where that is said.
        SELECT coalesce(indrelid, oid) AS oid,
          CASE WHEN indrelid IS NULL OR of_index THEN mode ELSE 0 END AS mode, reach, loses, part
        FROM wanted LEFT JOIN pg_index ON indexrelid = oid WHERE oid IS NOT NULL
      ), losing AS (
        SELECT oid, loses, part FROM named WHERE loses <> ''
        UNION SELECT inhrelid, loses, part FROM losing JOIN pg_inherits ON inhparent = oid
      ), tied AS (
        SELECT CASE conrelid WHEN losing.oid THEN confrelid ELSE conrelid END AS oid
        FROM losing JOIN pg_constraint AS k ON k.contype = 'f' AND losing.oid IN (conrelid, confrelid)
        WHERE CASE loses WHEN 'table' THEN true
          WHEN 'column' THEN EXISTS (SELECT FROM pg_attribute
            WHERE attrelid = losing.oid AND attname = part
              AND attnum = ANY (CASE conrelid WHEN losing.oid THEN conkey ELSE confkey END))
          ELSE conname = part AND conrelid = losing.oid OR EXISTS (SELECT FROM pg_constraint AS key
            WHERE key.conrelid = losing.oid AND key.conname = part AND key.contype IN ('p', 'u')
              AND key.conindid = k.conindid) END
      ), roots AS (
        SELECT oid, max(mode) AS mode, max(reach) AS reach, bool_and(tied) AS tied
        FROM (SELECT oid, mode, reach, false FROM named UNION ALL SELECT oid, 8, 1, true FROM tied)
          AS one (oid, mode, reach, tied)
        GROUP BY oid
      ), trees AS (
        SELECT roots.oid AS root, roots.oid FROM roots JOIN pg_class AS c USING (oid)
          WHERE mode > 0 AND (reach = 2 OR reach = 1 AND relkind = 'p')
        UNION SELECT root, inhrelid FROM trees JOIN pg_inherits ON inhparent = trees.oid
      )
      SELECT nspname::text AS schema, relname::text AS name, mode, tied,
        coalesce((SELECT pg_catalog.array_agg(trees.oid) FROM trees WHERE root = c.oid), ARRAY[c.oid]) AS tree,
        relkind IN ('r', 'p') AND mode > 0
          AND coalesce(pg_catalog.has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'), false) AS may_lock,
        reach = 0 OR relkind = 'r' AND reach < 2 AS only, relkind = 'v' AS view
      FROM roots JOIN pg_class AS c USING (oid) JOIN pg_namespace AS n ON n.oid = relnamespace
      WHERE NOT EXISTS (SELECT FROM trees JOIN roots AS above ON above.oid = root
        WHERE trees.oid = c.oid AND root <> c.oid AND above.mode >= roots.mode)
      """, prepare: true)
    return try rows.map { row in
      let rank: Int = try row.decode("mode")
      let tree: [UInt32] = try row.decode("tree")
      return Found(
        table: QualifiedName(schema: try row.decode("schema"), name: try row.decode("name")),
        mode: LockMode.allCases.first { $0.rank == rank }, tree: tree,
        isHidden: try tree.count > 1 || row.decode("tied"), mayLock: try row.decode("may_lock"),
        isAlone: try row.decode("only"), isView: try row.decode("view"))
    }
  }
}

extension TableLock.Reach {
  fileprivate var rank: Int {
    switch self {
    case .alone: 0
    case .partitions: 1
    case .inheritors: 2
    }
  }
}

extension TableLock.Loss {
  fileprivate var word: String {
    switch self {
    case .nothing: ""
    case .table: "table"
    case .column: "column"
    case .constraint: "constraint"
    }
  }

  fileprivate var part: String {
    switch self {
    case .nothing, .table: ""
    case .column(let name), .constraint(let name): name
    }
  }
}

extension LockMode {
  /// The server's number, which grows with the strength (`lockdefs.h`).
  fileprivate var rank: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

  /// As `LOCK TABLE` has it.
  var words: String {
    switch self {
    case .accessShare: "ACCESS SHARE"
    case .rowShare: "ROW SHARE"
    case .rowExclusive: "ROW EXCLUSIVE"
    case .shareUpdateExclusive: "SHARE UPDATE EXCLUSIVE"
    case .share: "SHARE"
    case .shareRowExclusive: "SHARE ROW EXCLUSIVE"
    case .exclusive: "EXCLUSIVE"
    case .accessExclusive: "ACCESS EXCLUSIVE"
    }
  }
}
