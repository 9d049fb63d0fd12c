internal import Postgres

/// The empty temporary copies of the application's tables.
///
/// A clone has its table's own name in `pg_temp`, so that names which the server chooses, and its error messages, come
/// out as they would for the table.
struct CloneSet {
  /// The clone of each cloned table, by the table's identifier.
  private(set) var names: [UInt32: QualifiedName] = [:]
  /// Tables whose foreign keys are not all there.
  private(set) var incomplete: Set<UInt32> = []
  /// The clones of views: those of which only the name and the columns that they read are right are placeholders.
  private(set) var views: [QualifiedName: QualifiedName] = [:]
  private(set) var placeholders: Set<QualifiedName> = []
  /// The real name of each clone, for the reports.
  private(set) var realNames: [String: QualifiedName] = [:]
  private let sources: CloneSources
  private let tables: [UInt32: TableFacts]
  private let isPartition: Set<UInt32>

  static func temporary(_ name: String) -> QualifiedName {
    QualifiedName(schema: "pg_temp", name: name)
  }

  /// Makes the clones; a table that cannot be cloned is left out.
  static func make(
    _ sources: CloneSources, _ facts: CatalogueFacts, on connection: isolated PostgresConnection
  ) async throws -> CloneSet {
    var set = CloneSet(sources)
    for table in sources.tables {
      let cloned = try await connection.attempt { connection in
        try await set.cloneTree(table, on: connection)
      }
      if cloned {
        for part in table.tree { set.remember(part, as: part.name.name) }
      }
    }
    for table in sources.neighbours {
      let name = set.freeName(for: table, facts)
      let cloned = try await connection.attempt { connection in
        try await set.cloneNeighbour(table, as: name, on: connection)
      }
      if cloned { set.remember(table, as: name) }
    }
    try await set.addForeignKeys(on: connection)
    try await set.dress(on: connection)
    return set
  }

  private init(_ sources: CloneSources) {
    self.sources = sources
    let all = sources.tables.flatMap(\.tree) + sources.neighbours
    tables = Dictionary(all.map { ($0.oid, $0) }) { first, _ in first }
    isPartition = Set(sources.partitions.filter { $0.value.bound != nil }.keys)
  }

  private mutating func remember(_ table: TableFacts, as name: String) {
    names[table.oid] = Self.temporary(name)
    realNames[name] = table.name
  }

  /// A neighbour's own name unless the migration may want it for something else.
  private func freeName(for table: TableFacts, _ facts: CatalogueFacts) -> String {
    let name = table.name.name
    let wanted = facts.tables.keys.contains { $0.name == name }
    return wanted || realNames[name] != nil ? "djogi_\(table.oid)" : name
  }

  // MARK: - Tables

  private func cloneTree(
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
  private func cloneNeighbour(
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

  // MARK: - What is between and on tables

  private mutating func addForeignKeys(
    on connection: isolated PostgresConnection
  ) async throws {
    for key in sources.foreignKeys where !(key.inherited && isPartition.contains(key.table)) {
      var added = false
      if let clone = names[key.table], let target = names[key.referenced],
        let referenced = tables[key.referenced],
        let place = key.definition.firstRange(of: " REFERENCES \(referenced.name.quoted)(")
      {
        let before = key.definition[..<place.lowerBound]
        let after = key.definition[place.upperBound...]
        let definition = "\(before) REFERENCES \(target.quoted)(\(after)"
        added = try await connection.attempt { connection in
          try await connection.execute(
            """
            ALTER TABLE \(identifier: clone) ADD CONSTRAINT \(identifier: key.name)
            \(raw: definition)
            """)
        }
      }
      if !added { incomplete.formUnion([key.table, key.referenced]) }
    }
  }

  /// Adds what can make the server refuse a change: views, policies and triggers.
  ///
  /// None of them matters to a forecast, so one that cannot be had is left out.
  private mutating func dress(on connection: isolated PostgresConnection) async throws {
    let targets = realTargets
    for view in sources.views { try await clone(view, targets, on: connection) }
    for policy in sources.policies {
      guard let clone = names[policy.table] else { continue }
      let tests = ["true"] + policy.columns.map { "\(Quoting.identifier($0)) IS NULL" }
      try await connection.attempt { connection in
        try await connection.execute(
          """
          CREATE POLICY \(identifier: policy.name) ON \(identifier: clone)
          USING (\(raw: tests.joined(separator: " OR ")))
          """)
      }
    }
    for table in sources.tables.flatMap(\.tree) where names[table.oid] != nil {
      for trigger in table.triggers where !trigger.inherited {
        guard
          let sql = try? StatementRewriter.retargeting(trigger.definition, relations: targets)
        else { continue }
        try await connection.attempt { connection in try await connection.script(sql) }
      }
    }
  }

  /// The clones by the real tables' full names.
  private var realTargets: [QualifiedName: QualifiedName] {
    var targets: [QualifiedName: QualifiedName] = [:]
    for (oid, clone) in names {
      if let table = tables[oid] { targets[table.name] = clone }
    }
    return targets
  }

  private mutating func clone(
    _ view: CloneSources.ViewRow, _ targets: [QualifiedName: QualifiedName],
    on connection: isolated PostgresConnection
  ) async throws {
    let name = Self.temporary(view.name.name)
    if let mentions = try? StatementRewriter.mentions(in: view.definition),
      mentions.allSatisfy({ targets[$0] != nil }),
      let query = try? StatementRewriter.retargeting(view.definition, relations: targets)
    {
      let made = try await connection.attempt { connection in
        try await connection.script("CREATE VIEW \(name.quoted) AS \(query)")
      }
      if made {
        views[view.name] = name
        return
      }
    }
    let columns = zip(view.tables, view.columns).compactMap { table, column in
      names[table].map { "\($0.quoted).\(Quoting.identifier(column))" }
    }
    let from = Set(view.tables).compactMap { names[$0]?.quoted }
    let list = columns.enumerated().map { "\($1) AS c\($0)" }.joined(separator: ", ")
    let made = try await connection.attempt { connection in
      try await connection.script(
        "CREATE VIEW \(name.quoted) AS SELECT \(list) FROM \(from.joined(separator: ", "))")
    }
    if made {
      views[view.name] = name
      placeholders.insert(view.name)
    }
  }
}

/// Why a table cannot be cloned.
enum CloneError: Error {
  /// The catalogue wrote a definition in another form than expected.
  case unreadable(String)
}

extension PostgresConnection {
  /// Runs statements in a savepoint; what the server refuses is undone, and the answer is `false`.
  @discardableResult
  func attempt(_ body: (isolated PostgresConnection) async throws -> Void) async throws -> Bool {
    try await script("SAVEPOINT djogi_attempt")
    do {
      try await body(self)
    } catch PostgresError.server {
      try await script("ROLLBACK TO SAVEPOINT djogi_attempt; RELEASE SAVEPOINT djogi_attempt")
      return false
    } catch is CloneError {
      try await script("ROLLBACK TO SAVEPOINT djogi_attempt; RELEASE SAVEPOINT djogi_attempt")
      return false
    }
    try await script("RELEASE SAVEPOINT djogi_attempt")
    return true
  }
}
