internal import Postgres
internal import SchemaChange

/// Makes a plan of a migration: one window after another where one cannot hold it.
///
/// A change that needs what only the last transaction of a part brings begins the next part: the file's order is kept.
struct PlanComposition: Sendable {
  let planID: PlanID
  /// The migration file's path, for messages.
  let file: String
  let session: PlanSession
  let settings: LiveSettings
  let replay: SchemaReplay?
  /// What the plan shows of its end before the swap; `nil` without `--new-shape`.
  var newShape: NewShape?
  /// How the author of the migration takes it back.
  var wayDown = WayDown()

  /// The plan.
  ///
  /// - Throws: `EngineError.cannotStage` where two changes of the migration get in each other's way.
  func plan(
    _ header: PlanHeader, _ study: Study, on connection: PostgresConnection
  ) async throws -> LivePlan {
    let takenAway = try CopiedRows(file: file, study: study).takenAway()
    var steps: [PlanStep] = []
    var views: [ShownTable] = []
    var keeping: Keeping?
    var place = study
    var first = 0
    while first < study.verdicts.count {
      let part = try await part(
        from: first, study, at: place, takenAway: takenAway, on: connection)
      try NumberedRows(file: file, study: study, place: place).refuse(
        part.window.steps, of: first..<part.end, after: steps)
      let swapsBefore = steps.contains { $0.kind == .cleanupLegacyState }
      if part.window.swaps, newShape != nil, let refusal = part.refusal {
        throw needsWindows(refusal, study.verdicts[part.end].change)
      }
      keeping =
        swapsBefore
        ? .refused(
          "the plan has several windows, and a later one changes what the first swap brings; cut the file into "
            + "migrations of one window each")
        : part.window.keeping?.beginning(at: steps.count)
      steps += part.window.steps
      views += part.window.views
      first = part.end
      guard first < study.verdicts.count else { break }
      place = try await self.place(first, study, because: part.refusal, on: connection)
    }
    for index in steps.indices { steps[index].ordinal = index }
    var plan = LivePlan(header: header, steps: steps, session: session)
    plan.newShape = views
    plan.keeping = keeping
    return plan
  }

  /// One window, and where it ends.
  private struct Part {
    var window: Composer.Window
    /// The first change of the next part.
    var end: Int
    /// Why it ends there.
    var refusal: EngineError?
  }

  /// Composes as many changes as one window holds.
  private func part(
    from first: Int, _ study: Study, at place: Study, takenAway: [CopiedRows.TakenAway],
    on connection: PostgresConnection
  ) async throws -> Part {
    var part = Part(window: Composer.Window(steps: []), end: study.verdicts.count)
    let origins =
      first == 0
      ? nil
      : try await replay?.origins(
        before: first, of: study.verdicts.map(\.change),
        of: Set(place.facts.tables.values.map(\.name)), like: connection)
    while true {
      let columnsAfter = try await columnsAfter(
        first..<part.end, study, at: place, on: connection)
      let context = PlanningContext(
        planID: planID, file: file, facts: place.facts, columnsAfter: columnsAfter,
        conversions: study.conversions, attachments: study.attachments,
        indexNames: study.indexNames, effects: study.effects,
        existingNames: study.existingNames, session: session,
        newShape: newShape,
        waysBack: try await waysBack(study, columnsAfter, on: connection))
      do {
        part.window = try Composer.window(
          study.verdicts, first..<part.end, context, takenAway: takenAway)
        try await UnwritableRows(
          context: context, changes: study.verdicts.map(\.change), origins: origins
        ).refuse(part.window.steps, of: first..<part.end, on: connection)
        try await RoomForColumns(context: context, changes: study.verdicts.map(\.change))
          .refuse(part.window.steps, of: first..<part.end, on: connection)
        // What earlier changes bring is not on the server yet.
        if study.replayed.isEmpty, first == 0 {
          try await probeHooks(study.verdicts, first..<part.end, context, on: connection)
        }
        return part
      } catch let error as EngineError {
        guard case .cannotStage(_, let location, let reason, let rule) = error, replay != nil,
          let found = study.verdicts[first..<part.end].firstIndex(where: {
            $0.change.location == location
          }), found > first
        else { throw error }
        let end = study.verdicts.startOfTransaction(around: found)
        guard end > first else {
          throw EngineError.cannotStage(
            file: file, location,
            reason: reason
              + " (it stands between BEGIN and COMMIT, which stay in one window of a plan)",
            rule)
        }
        part.end = end
        part.refusal = error
      }
    }
  }

  /// How new values of the columns whose type changes become old ones.
  ///
  /// - Throws: `EngineError.cannotStage` where a column has none, and clients write the new shape beside the old one.
  private func waysBack(
    _ study: Study, _ columnsAfter: [Int: ColumnFacts], on connection: PostgresConnection
  ) async throws -> [Int: Result<WayBack, NoWayBack>] {
    var ways: [Int: Result<WayBack, NoWayBack>] = [:]
    let changes = study.verdicts.map(\.change)
    for (index, after) in columnsAfter {
      let change = study.verdicts[index].change
      guard case .alterColumnType(let alter) = change.operation,
        let table = study.facts.table(alter.target.table),
        let old = table.column(alter.target.column)
      else { continue }
      do {
        ways[index] = .success(
          try await WayBackProbe.ask(
            alter, of: table, old, to: after.type,
            written: wayDown.taking(back: alter, among: changes), on: connection))
      } catch let error as NoWayBack {
        guard newShape != nil else {
          ways[index] = .failure(error)
          continue
        }
        throw EngineError.cannotStage(
          file: file, change.location,
          reason: error.reason
            + "; write a .down.sql with ALTER COLUMN … TYPE … USING, or leave --new-shape out")
      }
    }
    return ways
  }

  /// One window shows one new shape, the last: clients could not go on with it through a swap before.
  private func needsWindows(_ error: EngineError, _ change: Change) -> EngineError {
    guard case .cannotStage(_, _, let reason, let rule) = error else { return error }
    return .cannotStage(
      file: file, change.location,
      reason: reason + " (a plan with --new-shape has one window: cut the file before this line)",
      rule)
  }

  /// Refuses a plan through whose triggers clients could not write.
  private func probeHooks(
    _ verdicts: [Verdict], _ range: Range<Int>, _ context: PlanningContext,
    on connection: PostgresConnection
  ) async throws {
    for replacement in try ReplacementGrouping(context).group(verdicts, range).values {
      let probe = HookProbe(replacement: replacement)
      guard let obstacle = try await probe.obstacle(in: session, on: connection) else { continue }
      let change = verdicts[range].map(\.change).first { change in
        guard case .alterColumnType(let operation) = change.operation else { return false }
        return context.facts.table(operation.target.table)?.name == replacement.table.name
      }
      if let change { throw context.cannotStage(change, obstacle) }
    }
  }

  /// The columns whose type changes, as a part leaves them.
  ///
  /// A change that was tried on an empty table where the part begins says so itself; a copy of the schema tells it of
  /// any other.
  private func columnsAfter(
    _ range: Range<Int>, _ study: Study, at place: Study, on connection: PostgresConnection
  ) async throws -> [Int: ColumnFacts] {
    var columns: [Int: ColumnFacts] = [:]
    var open: [Int: ColumnReference] = [:]
    let before = study.verdicts.count - place.verdicts.count
    for index in range {
      let verdict = study.verdicts[index]
      guard case .expandContract(let pattern) = verdict.classification, pattern.replacesColumn,
        case .alterColumnType(let operation) = verdict.change.operation
      else { continue }
      let target = operation.target
      if study.replayed.isEmpty, place.verdicts[index - before].forecast != nil,
        let tried = place.columnsAfter[target.table]?.first(where: { $0.name == target.column })
      {
        columns[index] = tried
      } else {
        open[index] = target
      }
    }
    guard let replay, !open.isEmpty else { return columns }
    let found = try? await replay.columns(
      open, endingAt: range.upperBound, of: study.verdicts.map(\.change), like: connection)
    return columns.merging(found ?? [:]) { $1 }
  }

  /// What the catalogue says where the next part begins.
  private func place(
    _ first: Int, _ study: Study, because refusal: EngineError?, on connection: PostgresConnection
  ) async throws -> Study {
    do {
      guard let replay else { throw NoProof("there is no server to hold one") }
      return try await replay.study(
        first..<study.verdicts.count, of: study.verdicts.map(\.change), settings: settings,
        like: connection)
    } catch is NoProof {
      throw refusal
        ?? .cannotStage(
          file: file, study.verdicts[first].change.location,
          reason: "no copy of the schema can be had")
    } catch let error as CopyRefusal {
      let change = study.verdicts[error.position].change
      throw EngineError.cannotStage(
        file: file, change.location, reason: "the server refuses it: \(error.error.message)")
    }
  }
}

extension [Verdict] {
  /// Where a part may end that cannot hold a change: what stands between `BEGIN` and `COMMIT` stays together.
  fileprivate func startOfTransaction(around index: Int) -> Int {
    guard let transaction = self[index].change.transaction else { return index }
    return prefix(index).lastIndex { $0.change.transaction != transaction }.map { $0 + 1 } ?? 0
  }
}
