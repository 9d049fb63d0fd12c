internal import Postgres

/// A few real rows of the tables that a migration touches, and the rows that their keys point at.
struct SampledRows: Sendable {
  let tables: ProofTables
  /// How many rows of a table are looked at.
  static let sample = 4
  /// How many rows of a table that only references a touched one.
  static let neighbourSample = 2
  /// How many rows of a table there may be in the end.
  static let most = 60

  /// Reads rows as texts, by table; tables that the role may not read are left out.
  func read(from live: PostgresConnection) async throws -> [String: [String]] {
    var rows: [String: [String]] = [:]
    for table in tables.tables where table.isTouched || table.isNeighbour {
      let limit = table.isTouched ? Self.sample : Self.neighbourSample
      rows[table.name] = try await texts(
        "SELECT djogi_row::text FROM \(raw: table.name) AS djogi_row LIMIT \(limit)", from: live)
    }
    // Each round may find rows whose own keys point further; tables that reference others come last.
    for _ in 0..<3 {
      var found = false
      for child in tables.tables.reversed() {
        guard let theirs = rows[child.name], !theirs.isEmpty else { continue }
        for key in child.keys {
          let known = rows[key.parent] ?? []
          let parents = try await parents(of: theirs, child.name, by: key, from: live)
            .filter { !known.contains($0) }
          guard !parents.isEmpty, known.count < Self.most else { continue }
          rows[key.parent] = known + parents
          found = true
        }
      }
      if !found { break }
    }
    return rows.filter { !$0.value.isEmpty }
  }

  private func parents(
    of rows: [String], _ child: String, by key: ProofTables.ForeignKey,
    from live: PostgresConnection
  ) async throws -> [String] {
    let pairs = zip(key.parentColumns, key.columns).map { parent, column in
      "djogi_row.\(parent) = (child.whole).\(column)"
    }
    return try await texts(
      """
      SELECT DISTINCT djogi_row::text FROM \(raw: key.parent) AS djogi_row
        JOIN (SELECT text::\(raw: child) AS whole FROM pg_catalog.unnest(\(rows)) AS text) AS child
          ON \(raw: pairs.joined(separator: " AND ")) LIMIT \(Self.most)
      """, from: live)
  }

  /// Nothing where the role may not read, the table is locked, or the look takes too long.
  private func texts(_ query: SQL, from live: PostgresConnection) async throws -> [String] {
    do {
      return try await live.transaction(.snapshot) { live in
        try await live.execute(
          "SELECT pg_catalog.set_config('statement_timeout', '500', true), pg_catalog.set_config('lock_timeout', '200', true)"
        )
        return try await live.query(query).map { try $0.decode(0, as: String.self) }
      }
    } catch PostgresError.server {
      return []
    }
  }

  /// How the rows go into the copy.
  func specs(_ rows: [String: [String]]) -> [RowSpec] {
    tables.tables.compactMap { table in
      guard let texts = rows[table.name], !texts.isEmpty else { return nil }
      let columns = table.stored.map(\.name)
      func insert(_ texts: [String]) -> String {
        let values = columns.map { "(djogi_row.whole).\($0)" }.joined(separator: ", ")
        let list = texts.map(Quoting.literal).joined(separator: ", ")
        return
          "INSERT INTO \(table.name) (\(columns.joined(separator: ", "))) OVERRIDING SYSTEM VALUE "
          + "SELECT \(values) FROM (SELECT text::\(table.name) AS whole "
          + "FROM pg_catalog.unnest(ARRAY[\(list)]::text[]) AS text) AS djogi_row"
      }
      guard !columns.isEmpty else { return nil }
      return RowSpec(
        table: table.name, origin: .sampled, insert: insert(texts),
        singly: texts.count > 1 ? texts.map { insert([$0]) } : [])
    }
  }
}
