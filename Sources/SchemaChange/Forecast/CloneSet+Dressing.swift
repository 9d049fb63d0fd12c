internal import Postgres

extension CloneSet {
  mutating func addForeignKeys(
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
  /// None of them matters to a forecast, so one that cannot be had is left out. Rules are never cloned.
  mutating func dress(on connection: isolated PostgresConnection) async throws {
    isDressed = !sources.hasRules
    let targets = realTargets
    for view in sources.views { try await clone(view, targets, on: connection) }
    for policy in sources.policies {
      guard let clone = names[policy.table] else { continue }
      let tests = ["true"] + policy.columns.map { "\(Quoting.identifier($0)) IS NULL" }
      let made = try await connection.attempt { connection in
        try await connection.execute(
          """
          CREATE POLICY \(identifier: policy.name) ON \(identifier: clone)
          USING (\(raw: tests.joined(separator: " OR ")))
          """)
      }
      isDressed = isDressed && made
    }
    for table in sources.tables.flatMap(\.tree) where names[table.oid] != nil {
      for trigger in table.triggers where !trigger.inherited {
        let definition = trigger.definition ?? ""
        let sql = try? StatementRewriter.retargeting(definition, relations: targets)
        let made = try await connection.attempt { connection in
          guard let sql else { throw CloneError.unreadable(definition) }
          try await connection.script(sql)
        }
        isDressed = isDressed && made
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
