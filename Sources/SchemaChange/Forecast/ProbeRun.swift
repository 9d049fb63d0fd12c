internal import Postgres

/// The run of a migration over its clones.
struct ProbeRun {
  let clones: CloneSet
  let application: Set<UInt32>
  var names: ProbeNames
  var state: ProbeState
  var doubt = ProbeDoubt.nothing
  /// What the reports call a relation, by its clone's identifier.
  var labels: [UInt32: QualifiedName] = [:]
  /// The clones of the tables that are there from the start, and those tables.
  var originals: [QualifiedName: (clone: UInt32, table: TableFacts)] = [:]

  init(
    clones: CloneSet, facts: CatalogueFacts, on connection: isolated PostgresConnection
  ) async throws {
    self.clones = clones
    application = Set(clones.names.keys).union(facts.tables.values.flatMap(\.tree).map(\.oid))
    let row = try await connection.query("SELECT current_schema()").only()
    names = ProbeNames(clones, facts, currentSchema: try row.decode(0))
    // Without a rule or trigger that the table has, the server may refuse to change it.
    doubt = clones.isDressed ? .nothing : .refusals
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
      if case .forecast = result, !reports { return nil }
      return isUncertain(change) ? nil : result
    }
    doubt = max(doubt, .refusals)
    return nil
  }

  mutating func run(
    _ sql: String, _ change: Change, on connection: isolated PostgresConnection
  ) async throws -> ProbeOutcome.Result? {
    _ = connection.takeNotices()
    try await connection.script("SAVEPOINT djogi_change")
    do {
      try await connection.execute(SQL(raw: sql))
    } catch PostgresError.server(let error) where !Self.isOfTheMoment(error) {
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
  mutating func searchesDefault(_ change: Change, _ work: ServerWork) -> Bool {
    guard case .createTable(let create) = change.operation, let parent = create.partitionOf,
      let clone = names.target(of: parent)
    else { return false }
    return state.relation(clone.name)?.defaultPartition != nil && !work.provesDefault
  }

  func undo(on connection: isolated PostgresConnection) async throws {
    try await connection.script(
      "ROLLBACK TO SAVEPOINT djogi_change; RELEASE SAVEPOINT djogi_change")
  }

  /// Whether a server under load, or the lock of another session, kept a change from being tried.
  ///
  /// Such an error ends the whole run: what the tables would be without that change must never be taken for what they
  /// are after it.
  private static func isOfTheMoment(_ error: ServerError) -> Bool {
    let state = error.sqlState
    return state.isTransient || state == .queryCanceled
      || ["53", "54", "58", "XX"].contains(state.class)
  }

  /// The relation that a change names and that neither the database nor the migration has.
  ///
  /// Over the clones the server looks for it in a schema of theirs, which may not even be there, and says so.
  private mutating func missingRelation(
    _ error: ServerError, _ change: Change
  ) -> QualifiedName? {
    guard [.undefinedTable, .invalidSchemaName].contains(error.sqlState) else { return nil }
    let isMissing = { (name: QualifiedName, target: QualifiedName?, state: ProbeState) in
      target == CloneSet.temporary(name.name) && state.relation(name.name) == nil
    }
    return change.mentions.sorted { "\($0)" < "\($1)" }
      .first { isMissing($0, names.target(of: $0), state) }
  }

  /// A refusal, unless it may be the probe's own fault.
  mutating func refusal(
    _ error: ServerError, of change: Change
  ) -> ProbeOutcome.Result? {
    defer { doubt = max(doubt, .refusals) }
    // Relations of all schemas share one here.
    let isOfTheClones = error.sqlState == .duplicateTable && clones.schemas.count > 1
    // A temporary table refuses what no other does, such as SET UNLOGGED.
    guard doubt == .nothing, !isOfTheClones, !error.message.contains("temporary")
    else {
      return nil
    }
    var error = error
    if let missing = missingRelation(error, change) {
      error.message = "relation \"\(missing)\" does not exist"
      error.sqlState = .undefinedTable
    }
    error.statement = change.sql
    // The place is one in the statement over the clones.
    error.position = nil
    return .refused(error)
  }
}
