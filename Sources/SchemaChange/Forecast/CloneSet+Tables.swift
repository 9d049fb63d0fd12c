internal import Postgres

extension CloneSet {
  func cloneTree(
    _ table: TableFacts, on connection: isolated PostgresConnection
  ) async throws {
    for part in table.tree { try await clone(part, on: connection) }
    try await attachPartitions(of: table, on: connection)
  }

  private func clone(
    _ table: TableFacts, on connection: isolated PostgresConnection
  ) async throws {
    let clone = Self.temporary(table.name.name)
    let inherits = isPartition.contains(table.oid)
    // Those left out get their own names and states below; LIKE would choose names and call all valid.
    let without = ["CONSTRAINTS", "INDEXES", "STATISTICS"] + (inherits ? ["IDENTITY"] : [])
    let division = sources.partitions[table.oid]?.key.map { " PARTITION BY " + $0 } ?? ""
    try await connection.execute(
      """
      CREATE TEMP TABLE \(identifier: table.name.name) (LIKE \(identifier: table.name)
      INCLUDING ALL \(raw: without.map { "EXCLUDING " + $0 }.joined(separator: " "))
      )\(raw: division)
      """)
    for column in table.columns { try await dress(column, of: clone, on: connection) }
    for constraint in table.constraints {
      guard [.check, .unique, .primaryKey, .exclusion].contains(constraint.kind) else { continue }
      var definition = constraint.definition
      // An inherited constraint must be valid before its partition can be attached again.
      if constraint.inherited, definition.hasSuffix(" NOT VALID") { definition.removeLast(10) }
      try await connection.execute(
        """
        ALTER TABLE \(identifier: clone) ADD CONSTRAINT \(identifier: constraint.name)
        \(raw: definition)
        """)
    }
    for index in table.indexes where index.constraint == nil {
      try await connection.execute(try sql(for: index, of: table, on: clone, named: true))
    }
  }

  /// A neighbour needs its columns and what a foreign key may reference.
  func cloneNeighbour(
    _ table: TableFacts, as name: String, on connection: isolated PostgresConnection
  ) async throws {
    try await connection.execute(
      "CREATE TEMP TABLE \(identifier: name) (LIKE \(identifier: table.name))")
    for index in table.indexes where index.unique {
      try await connection.execute(
        try sql(for: index, of: table, on: Self.temporary(name), named: false))
    }
  }

  private func sql(
    for index: IndexFacts, of table: TableFacts, on clone: QualifiedName, named: Bool
  ) throws -> SQL {
    guard let definition = index.definition(after: table.name) else {
      throw CloneError.unreadable(index.definition)
    }
    let name: SQL = named ? "\(identifier: index.name.name) " : ""
    return """
      CREATE \(raw: index.unique ? "UNIQUE " : "")INDEX \(sql: name)ON \(identifier: clone)
      \(raw: definition)
      """
  }

  private func dress(
    _ column: ColumnFacts, of clone: QualifiedName, on connection: isolated PostgresConnection
  ) async throws {
    let alter: SQL =
      "ALTER TABLE ONLY \(identifier: clone) ALTER COLUMN \(identifier: column.name) SET "
    if let target = column.statisticsTarget {
      try await connection.execute(alter + "STATISTICS \(raw: String(target))")
    }
    if !column.options.isEmpty {
      try await connection.execute(alter + "(\(raw: column.options.joined(separator: ", ")))")
    }
  }

  private func attachPartitions(
    of table: TableFacts, on connection: isolated PostgresConnection
  ) async throws {
    let parent = Self.temporary(table.name.name)
    for part in table.partitions {
      let child = Self.temporary(part.name.name)
      if let bound = sources.partitions[part.oid]?.bound {
        try await connection.execute(
          """
          ALTER TABLE \(identifier: parent) ATTACH PARTITION \(identifier: child) \(raw: bound)
          """)
      } else {
        try await connection.execute(
          "ALTER TABLE \(identifier: child) INHERIT \(identifier: parent)")
      }
      try await attachPartitions(of: part, on: connection)
    }
  }
}
