internal import Postgres

/// Changes that are run as one message, between two looks at the clones.
///
/// A look costs more than a brief change. What the server says while it works still belongs to one change each; what
/// only the looks tell (another file, a key, a relation that is gone) belongs to none in particular, so where they tell
/// anything of it the changes are undone, and run one by one.
extension ProbeRun {
  /// The most changes that are run as one message.
  private static let most = 500
  /// The most that the server may say: of more, the connection forgets the first.
  private static let mostNotices = 5000

  /// A change of the message.
  private struct Part {
    var change: Change
    /// Its statement over the clones; `nil` where it is passed by.
    var sql: String?
  }

  /// Runs the changes in front that are brief by their kind.
  ///
  /// - Returns: Their results; `nil` where they must be run one by one, with how many.
  mutating func results(
    ofFirst changes: ArraySlice<Change>, on connection: isolated PostgresConnection
  ) async throws -> (count: Int, results: [ProbeOutcome.Result?]?) {
    var planned: [Part] = []
    let before = names
    for change in changes.prefix(Self.most) {
      guard doubt < .everything, change.operation.isBriefByKind, let part = part(change) else {
        break
      }
      planned.append(part)
    }
    let statements = planned.compactMap(\.sql)
    guard statements.count > 1 else {
      names = before
      return (0, nil)
    }
    _ = connection.takeNotices()
    // libpq takes in what the server says at the beginning of a statement with the end of the one before.
    let separated = statements.flatMap { [$0, "SELECT"] }
    // By itself: what the server cannot read makes nothing of its message.
    try await connection.script("SAVEPOINT djogi_change")
    let answer = try await connection.batch(separated)
    let notices = connection.takeNotices()
    if let failure = answer.failure {
      guard case .server = failure.error else { throw failure.error }
    } else if answer.results.count == separated.count {
      let after = try await ProbeState(application: application, on: connection)
      let ends = statements.indices.map { answer.results[2 * $0].noticeCount }
      if let found = results(of: planned, after, notices, endingAt: ends) {
        try await connection.script("RELEASE SAVEPOINT djogi_change")
        state = after
        return (planned.count, found)
      }
    }
    try await undo(on: connection)
    names = before
    return (planned.count, nil)
  }

  /// The change with its statement; `nil` where it needs a look of its own.
  private mutating func part(_ change: Change) -> Part? {
    switch ProbeStep(change) {
    case .pass(.nothing): return Part(change: change)
    case .pass, .asWritten, .retarget(_, reports: false): return nil
    case .retarget(let sql, reports: true):
      guard let targets = names.targets(of: change.mentions), !replacesPlaceholder(change),
        !isUncertain(change),
        let sql = try? StatementRewriter.retargeting(sql, relations: targets)
      else { return nil }
      return Part(change: change, sql: sql)
    }
  }

  /// What each change did; `nil` where that cannot be told of each.
  private mutating func results(
    of planned: [Part], _ after: ProbeState, _ notices: [ServerNotice], endingAt ends: [Int]
  ) -> [ProbeOutcome.Result?]? {
    let before = state
    guard after.blocked.isEmpty, !after.wroteAnew(since: before),
      after.foreignKeys == before.foreignKeys, ends.last == notices.count,
      notices.count < Self.mostNotices,
      Set(before.relations.keys).isSubset(of: after.relations.keys)
    else { return nil }
    defer { state = before }
    // The server shows a mode once, whichever change took it: each must be one that is known of a change.
    var known = before.relations.mapValues(\.modes)
    var (begin, position) = (0, 0)
    var results: [ProbeOutcome.Result?] = []
    for part in planned {
      guard part.sql != nil else {
        results.append(nil)
        continue
      }
      let work = ServerWork(Array(notices[begin..<ends[position]]))
      (begin, position) = (ends[position], position + 1)
      let modes = modes(of: part.change, state)
      for (oid, mode) in modes { known[oid, default: []].insert(mode) }
      results.append(
        .forecast(
          Forecast(
            locks: named(modes), rewrites: work.rewrites, scans: work.scans,
            buildsIndex: work.buildsIndex)))
      if part.change.operation.makesRelation { note(part.change, after) }
    }
    let isKnown = before.relations.keys.allSatisfy { oid in
      after.relations[oid]?.modes.isSubset(of: known[oid, default: []]) == true
    }
    return isKnown ? results : nil
  }

  /// Takes what a change made into the state that the next one meets.
  private mutating func note(_ change: Change, _ after: ProbeState) {
    for name in change.mentions {
      guard let relation = names.target(of: name).flatMap({ after.relation($0.name) }) else {
        continue
      }
      if state.relations[relation.oid] == nil { labels[relation.oid] = name }
      state.add(relation.oid, of: after)
    }
  }
}

extension SchemaOperation {
  fileprivate var makesRelation: Bool {
    switch self {
    case .createTable, .createIndex: true
    default: false
    }
  }

  /// Whether it only writes rows of the catalogue, or makes something empty, in nearly all of its forms.
  fileprivate var isBriefByKind: Bool {
    switch self {
    case .addColumn(let add):
      add.constraints.isEmpty && !add.isSerial && add.identity == nil && add.generated == nil
    case .createTable(let create): create.partitionOf == nil
    case .columnDefault, .dropNotNull, .createIndex: true
    case .other(let other): Self.briefKinds.contains(other.kind)
    default: false
    }
  }

  private static let briefKinds: Set<StatementKind> = [
    .comment, .grant, .revoke, .owner, .columnStatistics, .columnOptions, .columnStorage,
    .columnCompression, .storageParameters, .insertValues, .alterSequence, .setSequenceValue,
    .selectConstant, .analyze,
  ]
}
