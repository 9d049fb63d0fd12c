internal import Postgres
internal import SchemaChange

/// Another tool's record of what is applied.
struct ForeignLedger: Sendable {
  let kind: ForeignTable
  let table: QualifiedName

  /// What the table says of a version.
  struct Entry: Sendable, Hashable {
    /// The version, as the tool writes it.
    var version: String
    /// Whether it is applied.
    var isApplied: Bool
    /// Whether it got stuck half-way.
    var isDirty: Bool
    /// Whether all before it count as applied.
    var covers: Bool

    fileprivate init(_ row: Row) throws {
      version = try row.decode("version")
      isApplied = try row.decode("is_applied")
      isDirty = try row.decode("is_dirty")
      covers = try row.decode("covers")
    }
  }

  /// What the whole table says.
  struct Contents: Sendable {
    var entries: [Entry] = []
    var namesWholeVersion = false

    /// The versions that got stuck half-way.
    var dirty: [String] { entries.filter(\.isDirty).map(\.version) }

    /// Whether a migration is applied.
    func isApplied(_ version: MigrationVersion) -> Bool {
      if namesWholeVersion {
        return entries.contains { $0.isApplied && $0.version == version.rawValue }
      }
      let parts = version.parts
      return entries.contains { entry in
        guard entry.isApplied, let other = MigrationVersion(rawValue: "V\(entry.version)__x")
        else { return false }
        return other.parts == parts || (entry.covers && Self.precedes(parts, other.parts))
      }
    }

    /// The applied versions that none of the files has.
    func without(_ files: [MigrationFile]) -> [String] {
      let known = Set(files.map(\.version.parts))
      let names = Set(files.map(\.version.rawValue))
      return entries.filter { entry in
        guard entry.isApplied else { return false }
        if namesWholeVersion { return !names.contains(entry.version) }
        let parts = MigrationVersion(rawValue: "V\(entry.version)__x")?.parts
        return parts.map { !known.contains($0) } ?? true
      }.map(\.version)
    }

    private static func precedes(_ left: [String], _ right: [String]) -> Bool {
      guard let left = version(left), let right = version(right) else { return false }
      return left < right
    }

    private static func version(_ parts: [String]) -> MigrationVersion? {
      let number = parts.map { $0.isEmpty ? "0" : $0 }.joined(separator: ".")
      return MigrationVersion(rawValue: "V\(number)__x")
    }
  }

  /// The table of a tool; `nil` where there is none.
  ///
  /// One on the search path goes before others, for that is the one which a tool finds by its name alone.
  static func find(
    _ kind: ForeignTable, on connection: PostgresConnection
  ) async throws -> ForeignLedger? {
    let rows = try await connection.query(
      """
      SELECT n.nspname::text AS schema
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relname = \(kind.name) AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
        AND n.nspname !~ '^pg_' AND array(
          SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) @> \(kind.columns.sorted())::text[]
        AND NOT array(
          SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
          && \(kind.foreignColumns.sorted())::text[]
      ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname LIMIT 1
      """)
    return try rows.first.map {
      ForeignLedger(
        kind: kind, table: QualifiedName(schema: try $0.decode("schema"), name: kind.name))
    }
  }

  /// Reads the table.
  func contents(on connection: PostgresConnection) async throws -> Contents {
    do {
      let rows = try await connection.query(kind.reading(table))
      return Contents(
        entries: try rows.map(Entry.init), namesWholeVersion: kind.namesWholeVersion)
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      throw EngineError.missingPrivilege(
        "the role may not read what is applied: GRANT SELECT ON \(table)")
    }
  }
}
