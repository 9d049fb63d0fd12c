internal import Postgres

extension ProbeRun {
  mutating func locks(of change: Change, _ after: ProbeState) -> [Forecast.RelationLock] {
    named(modes(of: change, after))
  }

  /// The strongest mode on each relation that was there before, by the clone's identifier.
  mutating func modes(of change: Change, _ after: ProbeState) -> [UInt32: LockMode] {
    var found = names
    let before = state
    let locks = ProbeLocks(operation: change.operation, before: before, after: after) { name in
      if name.schema == "pg_temp" { return before.relation(name.name) }
      return found.target(of: name).flatMap { before.relation($0.name) }
    }
    return locks.modes
  }

  /// The locks by the names that the reports use, without those that every query takes.
  func named(_ modes: [UInt32: LockMode]) -> [Forecast.RelationLock] {
    modes.filter { $0.value > .accessShare }.map { oid, mode in
      let name = labels[oid] ?? QualifiedName(name: state.relations[oid]?.name ?? "")
      return Forecast.RelationLock(relation: name.quoted, mode: mode)
    }.sorted { ($1.mode, $0.relation) < ($0.mode, $1.relation) }
  }

  /// The columns of every table that the migration names, as they are now.
  func columnsAfter(
    on connection: isolated PostgresConnection
  ) async throws -> [QualifiedName: [ColumnFacts]] {
    guard doubt < .everything else { return [:] }
    var places = originals.mapValues(\.clone)
    for (name, target) in names.all {
      if let relation = state.relation(target.name) { places[name] = relation.oid }
    }
    let tables = places.filter { [.table, .partitioned].contains(state.relations[$0.value]?.kind) }
    try await connection.script("SET LOCAL search_path TO pg_catalog")
    let columns = try await CatalogueSnapshot.columns(
      Set(tables.values).map(Int.init).sorted(), on: connection)
    return tables.reduce(into: [:]) { result, entry in
      let original = originals[entry.key].flatMap { $0.clone == entry.value ? $0.table : nil }
      let schema = original?.name.schema ?? labels[entry.value]?.schema ?? names.currentSchema
      result[entry.key] = columns[entry.value, default: []].map {
        $0.asOf(original?.column($0.name), schema: schema)
      }
    }
  }
}

extension ColumnFacts {
  /// A clone's column as the table's own: with its privileges and sequences, and new sequences in its schema.
  fileprivate func asOf(_ original: ColumnFacts?, schema: String?) -> ColumnFacts {
    var column = self
    column.ownedSequences = ownedSequences.map { QualifiedName(schema: schema, name: $0.name) }
    for (made, own) in zip(ownedSequences, column.ownedSequences) {
      column.defaultExpression = column.defaultExpression?.replacing(
        "nextval(\(Quoting.literal(Quoting.identifier(made.name)))::regclass)",
        with: "nextval(\(Quoting.literal(own.quoted))::regclass)")
    }
    column.ownedSequences += original?.ownedSequences ?? []
    column.grants = original?.grants ?? []
    return column
  }
}
