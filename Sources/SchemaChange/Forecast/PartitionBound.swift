internal import Postgres

/// What a partition may hold, as the server writes it.
///
/// A hash bound names the divided table by its number, which another database does not share; its name is written
/// instead.
struct PartitionBound {
  /// The condition of the partition's own bound; `nil` for anything.
  private let own: String?
  /// The condition of the tables above; `nil` for anything.
  private let above: String?
  /// The divided tables, the parent and those above, by their numbers.
  private let divided: [UInt32: QualifiedName]

  /// Reads it on an empty table that is divided as the parent is.
  ///
  /// - Parameters:
  ///   - parent: The parent, and its clone.
  ///   - key: How it is divided.
  ///   - bound: The partition's bound, as the server writes it.
  init(
    of bound: String, in parent: TableFacts, _ clone: QualifiedName, dividedBy key: String,
    on connection: isolated PostgresConnection
  ) async throws {
    try await connection.script("SAVEPOINT djogi_bound")
    try await connection.execute(
      """
      CREATE TEMP TABLE djogi_whole (LIKE \(identifier: clone)) PARTITION BY \(raw: key)
      """)
    // The default partition holds what no other one may hold.
    let others = bound == "DEFAULT" ? try await Self.bounds(in: parent, on: connection) : []
    for (number, other) in others.enumerated() {
      try await connection.execute(
        """
        CREATE TEMP TABLE \(identifier: "djogi_other_\(number)") PARTITION OF djogi_whole
        \(raw: other)
        """)
    }
    try await connection.execute(
      "CREATE TEMP TABLE djogi_part PARTITION OF djogi_whole \(raw: bound)")
    try await connection.script("SET LOCAL search_path TO pg_catalog")
    let row = try await connection.query(
      """
      SELECT 'pg_temp.djogi_whole'::regclass::oid AS whole,
        pg_get_partition_constraintdef('pg_temp.djogi_part'::regclass) AS own,
        pg_get_partition_constraintdef(\(Int(parent.oid))::oid) AS above
      """
    ).only()
    let whole = try row.decode("whole", as: UInt32.self)
    own = try row.decode("own", as: String?.self)
      .map { $0.replacing(Self.number(whole), with: Self.number(parent.oid)) }
    above = try row.decode("above")
    let rows = try await connection.query(
      """
      SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.oid = \(Int(parent.oid))::oid
        OR c.oid IN (SELECT relid FROM pg_partition_ancestors(\(Int(parent.oid))::oid::regclass))
      """)
    divided = try rows.reduce(into: [:]) { found, row in
      let schema = try row.decode("schema", as: String.self)
      found[try row.decode("oid", as: UInt32.self)] = QualifiedName(
        schema: schema, name: try row.decode("name"))
    }
    try await connection.script("ROLLBACK TO SAVEPOINT djogi_bound; RELEASE SAVEPOINT djogi_bound")
  }

  private static func bounds(
    in parent: TableFacts, on connection: isolated PostgresConnection
  ) async throws -> [String] {
    try await connection.query(
      """
      SELECT pg_catalog.pg_get_expr(c.relpartbound, c.oid) FROM pg_catalog.pg_inherits AS i
        JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
      WHERE i.inhparent = \(Int(parent.oid))::oid ORDER BY c.oid
      """
    ).map { try $0.decode(0) }
  }

  private static func number(_ oid: UInt32) -> String {
    "satisfies_hash_partition('\(oid)'::oid"
  }

  /// What the partition may hold.
  ///
  /// - Parameter names: Other names of the divided tables.
  func condition(calling names: [UInt32: QualifiedName] = [:]) -> String? {
    let parts = [above, own].compactMap(\.self)
    return parts.isEmpty ? nil : named(parts.joined(separator: " AND "), names)
  }

  /// What the default partition may hold beside it.
  func rest(calling names: [UInt32: QualifiedName] = [:]) -> String? {
    own.map { named("NOT (\($0))", names) }
  }

  private func named(_ condition: String, _ names: [UInt32: QualifiedName]) -> String {
    divided.reduce(condition) { text, table in
      let name = names[table.key] ?? table.value
      return text.replacing(
        Self.number(table.key),
        with: "satisfies_hash_partition(\(Quoting.literal(name.quoted))::regclass")
    }
  }
}
