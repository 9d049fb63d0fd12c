internal import Postgres

/// The run of a migration over its clones.
struct ProbeRun {
  private let clones: CloneSet
  private let application: Set<UInt32>
  private var names: ProbeNames
  private var state: ProbeState
  private var doubt = ProbeDoubt.nothing
  /// What the reports call a relation, by its clone's identifier.
  private var labels: [UInt32: QualifiedName] = [:]
  /// The clones of the tables that are there from the start, and those tables.
  private var originals: [QualifiedName: (clone: UInt32, table: TableFacts)] = [:]

  init(
    clones: CloneSet, facts: CatalogueFacts, on connection: isolated PostgresConnection
  ) async throws {
    self.clones = clones
    application = Set(clones.names.keys).union(facts.tables.values.flatMap(\.tree).map(\.oid))
    let row = try await connection.query("SELECT current_schema()").only()
    names = ProbeNames(clones, facts, currentSchema: try row.decode(0))
    state = try await ProbeState(application: application, on: connection)
    for relation in state.relations.values {
      labels[relation.oid] = clones.realNames[relation.name]
    }
    for (name, table) in facts.tables {
      guard let clone = clones.names[table.oid], let relation = state.relation(clone.name) else {
        continue
      }
      originals[name] = (relation.oid, table)
      // Of several spellings in one migration, the shortest.
      let label = labels[relation.oid] ?? name
      if name.schema == nil || label == table.name { labels[relation.oid] = name }
    }
  }

  // MARK: - One change

  /// Runs a change where it can be run; `nil` where nothing can be said of it.
  mutating func result(
    of change: Change, on connection: isolated PostgresConnection
  ) async throws -> ProbeOutcome.Result? {
    guard doubt < .everything else { return nil }
    if case .other(let other) = change.operation, other.kind == .setSchema,
      let name = other.relation, let schema = other.detail
    {
      names.move(name, to: schema)
    }
    switch ProbeStep(change) {
    case .pass(let new):
      doubt = max(doubt, new)
      return nil
    case .asWritten:
      guard try await makesOnlyItself(change, on: connection) else { break }
      names.leaveAlone(change.mentions)
      return try await run(change.sql, change, on: connection)
    case .retarget(let sql, let reports):
      guard let targets = names.targets(of: change.mentions), !replacesPlaceholder(change),
        let sql = try? StatementRewriter.retargeting(sql, relations: targets)
      else { break }
      let result = try await run(sql, change, on: connection)
      if case .forecast = result, !reports || isUncertain(change) { return nil }
      return result
    }
    doubt = max(doubt, .refusals)
    return nil
  }

  private mutating func run(
    _ sql: String, _ change: Change, on connection: isolated PostgresConnection
  ) async throws -> ProbeOutcome.Result? {
    _ = connection.takeNotices()
    try await connection.script("SAVEPOINT djogi_change")
    do {
      try await connection.execute(SQL(raw: sql))
    } catch PostgresError.server(let error) {
      try await undo(on: connection)
      return refusal(error, of: change)
    }
    var work = ServerWork(connection.takeNotices())
    let after = try await ProbeState(application: application, on: connection)
    guard after.blocked.isEmpty else {
      try await undo(on: connection)
      doubt = max(doubt, .refusals)
      return nil
    }
    try await connection.script("RELEASE SAVEPOINT djogi_change")
    work.scans = work.scans || searchesDefault(change, work)
    defer { state = after }
    for name in change.mentions {
      guard let made = names.target(of: name).flatMap({ after.relation($0.name) }),
        state.relations[made.oid] == nil
      else { continue }
      labels[made.oid] = name
    }
    return .forecast(
      Forecast(
        locks: locks(of: change, after),
        rewrites: work.rewrites || after.wroteAnew(since: state), scans: work.scans,
        buildsIndex: work.buildsIndex))
  }

  /// Whether a new partition has the default one searched for its rows, of which the server says nothing.
  private mutating func searchesDefault(_ change: Change, _ work: ServerWork) -> Bool {
    guard case .createTable(let create) = change.operation, let parent = create.partitionOf,
      let clone = names.target(of: parent)
    else { return false }
    return state.relation(clone.name)?.defaultPartition != nil && !work.provesDefault
  }

  private func undo(on connection: isolated PostgresConnection) async throws {
    try await connection.script(
      "ROLLBACK TO SAVEPOINT djogi_change; RELEASE SAVEPOINT djogi_change")
  }

  /// A refusal, unless it may be the probe's own fault.
  private mutating func refusal(
    _ error: ServerError, of change: Change
  ) -> ProbeOutcome.Result? {
    defer { doubt = max(doubt, .refusals) }
    let state = error.sqlState
    let isOfTheMoment =
      state.isTransient || state == .queryCanceled
      || ["53", "54", "58", "XX"].contains(state.class)
    // A temporary table refuses what no other does, such as SET UNLOGGED.
    guard doubt == .nothing, !isOfTheMoment, !error.message.contains("temporary") else {
      return nil
    }
    var error = error
    error.statement = change.sql
    // The place is one in the statement over the clones.
    error.position = nil
    return .refused(error)
  }

  // MARK: - What can be trusted

  /// Whether a statement that is run as it stands makes something new and touches nothing else.
  private func makesOnlyItself(
    _ change: Change, on connection: isolated PostgresConnection
  ) async throws -> Bool {
    guard case .other(let other) = change.operation, other.kind == .createExtension else {
      return true
    }
    guard let name = ProbeStep.extensionName(change.sql) else { return false }
    // A trusted extension holds only what its user may have; others may reach outside the transaction.
    return try await connection.query(
      """
      SELECT EXISTS (SELECT FROM pg_extension WHERE extname = \(name)) OR EXISTS (
        SELECT FROM pg_available_extension_versions WHERE name = \(name) AND trusted)
      """
    ).only().decode(0)
  }

  /// Only its name and some columns of a placeholder are right, so nothing but dropping it proves anything.
  private mutating func replacesPlaceholder(_ change: Change) -> Bool {
    if case .drop = change.operation { return false }
    let temporary = Set(clones.placeholders.map { CloneSet.temporary($0.name) })
    return change.mentions.contains { names.target(of: $0).map(temporary.contains) == true }
  }

  /// Whether foreign keys that the clones lack would add to the statement's work.
  private mutating func isUncertain(_ change: Change) -> Bool {
    guard !clones.incomplete.isEmpty else { return false }
    switch change.operation {
    case .alterColumnType, .dropColumn, .dropConstraint, .validateConstraint, .drop:
      let incomplete = clones.incomplete.compactMap { clones.names[$0] }
      return change.mentions.contains { names.target(of: $0).map(incomplete.contains) == true }
    default: return false
    }
  }

  // MARK: - Reports

  private mutating func locks(
    of change: Change, _ after: ProbeState
  ) -> [Forecast.RelationLock] {
    var found = names
    let before = state
    let locks = ProbeLocks(operation: change.operation, before: before, after: after) { name in
      if name.schema == "pg_temp" { return before.relation(name.name) }
      return found.target(of: name).flatMap { before.relation($0.name) }
    }
    return locks.modes.filter { $0.value > .accessShare }.map { oid, mode in
      let name = labels[oid] ?? QualifiedName(name: before.relations[oid]?.name ?? "")
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
