internal import Postgres
internal import SchemaChange

/// The tables that the statements of a transaction lock, as the catalogue has them now.
///
/// A statement waits for each partition by itself, and for the tables at the other end of foreign keys that it drops:
/// none of them it names.
struct LockSurvey: Sendable {
  /// The locks that can be taken in front, in one order for everybody, so that two plans cannot wait for each other.
  private(set) var ahead: [String] = []
  /// How many relations the statements themselves wait for.
  private(set) var others = 0
  /// The statements without those that `ahead` stands for.
  private(set) var statements: [String]

  /// Looks into the catalogue, where nothing waits for a lock.
  init(_ statements: [String], on connection: isolated PostgresConnection) async throws {
    self.statements = statements
    let mentions = statements.reduce(into: Set<QualifiedName>()) { names, statement in
      names.formUnion((try? StatementRewriter.mentions(in: statement)) ?? [])
    }
    // What stands in such a block names partitions, and is not read.
    others = statements.contains { $0.hasPrefix("DO ") } ? 2 : 0
    let written = mentions.filter { statements.contains($0.exclusiveLock) }
    let locks =
      statements.flatMap(StrongLock.of) + written.map { StrongLock(relation: $0) }
    let found = try await Self.find(locks, mentions, on: connection)
    others += found.reduce(0) { $0 + $1.size }
    // A single lock is waited for as ever.
    guard others > 1, !written.isEmpty || found.contains(where: \.isHidden) else { return }
    let ahead = found.filter(\.mayLock).sorted { $0.table.quoted < $1.table.quoted }
    self.ahead = ahead.compactMap { found in
      found.mode.map { mode in
        "LOCK TABLE \(found.isAlone ? "ONLY " : "")\(found.table) IN \(mode.words) MODE"
      }
    }
    others -= ahead.reduce(0) { $0 + $1.size }
    let taken = Set(
      written.filter { name in ahead.contains { $0.table == name } }.map(\.exclusiveLock))
    self.statements.removeAll { taken.contains($0) }
  }

  /// A relation that is locked.
  private struct Found {
    var table: QualifiedName
    /// `nil` where the statement's lock is weak, or not known for sure.
    var mode: LockMode?
    /// How many relations are waited for, one after the other.
    var size: Int
    /// Whether no statement names it, or all of it.
    var isHidden: Bool
    var mayLock: Bool
    /// Whether the tables that inherit from it are left out.
    var isAlone: Bool
  }

  private static func find(
    _ locks: [StrongLock], _ mentions: Set<QualifiedName>,
    on connection: isolated PostgresConnection
  ) async throws -> [Found] {
    let rest = mentions.map(\.quoted).sorted()
    let names = locks.map(\.relation.quoted) + rest
    let modes = locks.map(\.mode.rank) + rest.map { _ in 0 }
    let heirs = locks.map { $0.reachesHeirs ? 1 : 0 } + rest.map { _ in 0 }
    let losses = locks.map(\.loses.word) + rest.map { _ in "" }
    let parts = locks.map(\.loses.part) + rest.map { _ in "" }
    let rows = try await connection.query(
      """
      WITH RECURSIVE wanted AS (
        SELECT pg_catalog.to_regclass(name)::oid AS oid, mode, heirs = 1 AS heirs, loses, part
        FROM unnest(\(names)::text[], \(modes)::int[], \(heirs)::int[], \(losses)::text[],
          \(parts)::text[]) AS wanted (name, mode, heirs, loses, part)
      ), named AS (
        SELECT coalesce(indrelid, oid) AS oid, mode, heirs, loses, part
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
        SELECT oid, max(mode) AS mode, bool_or(heirs) AS heirs, bool_and(tied) AS tied
        FROM (SELECT oid, mode, heirs, false FROM named UNION ALL SELECT oid, 8, false, true FROM tied)
          AS one (oid, mode, heirs, tied)
        GROUP BY oid
      ), trees AS (
        SELECT roots.oid AS root, roots.oid FROM roots JOIN pg_class AS c USING (oid)
          WHERE mode > 0 AND (heirs OR relkind = 'p')
        UNION SELECT root, inhrelid FROM trees JOIN pg_inherits ON inhparent = trees.oid
      )
      SELECT nspname::text AS schema, relname::text AS name, mode, tied,
        greatest((SELECT count(*) FROM trees WHERE root = c.oid), 1) AS size,
        relkind IN ('r', 'p') AND mode > 0
          AND coalesce(pg_catalog.has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'), false) AS may_lock,
        relkind = 'r' AND NOT heirs AS only
      FROM roots JOIN pg_class AS c USING (oid) JOIN pg_namespace AS n ON n.oid = relnamespace
      WHERE NOT EXISTS (SELECT FROM trees JOIN roots AS above ON above.oid = root
        WHERE trees.oid = c.oid AND root <> c.oid AND above.mode >= roots.mode)
      """)
    return try rows.map { row in
      let (size, rank): (Int, Int) = (try row.decode("size"), try row.decode("mode"))
      return Found(
        table: QualifiedName(schema: try row.decode("schema"), name: try row.decode("name")),
        mode: LockMode.allCases.first { $0.rank == rank }, size: size,
        isHidden: try size > 1 || row.decode("tied"), mayLock: try row.decode("may_lock"),
        isAlone: try row.decode("only"))
    }
  }
}

extension StrongLock.Loss {
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
