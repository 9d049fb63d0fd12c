internal import Foundation
internal import Postgres
public import SchemaChange

/// What became of one migration that was to be planned.
public enum PlanningResult: Sendable {
  case planned(PlanFile, [Verdict], remarks: [String], Proof)
  case dryRun(LivePlan, [Verdict], remarks: [String], Proof)
  case noPlanNeeded(version: String, appLabel: String, [Verdict])
  case nothingPending
}

/// What `lint` found in one text.
public struct LintResult: Sendable {
  /// A verdict on each change.
  public var verdicts: [Verdict]
  /// Statements that cannot be read.
  public var errors: [MigrationSyntaxError]
  /// Whether a server was asked; without one the careful answer is assumed.
  public var askedServer: Bool
  /// What was judged.
  public var source: SourceExcerpt
}

extension LiveEngine {
  /// Turns the next pending migration of each application, or the one that is asked for, into a live plan.
  ///
  /// - Parameters:
  ///   - version: A migration's version.
  ///   - app: Only this application's migrations.
  ///   - dryRun: Whether to write nothing.
  ///   - acceptsColumnOrder: Whether code of the database may go by the order of columns that change their place.
  ///   - proves: Whether to prove each plan on a copy first, where the settings allow it.
  ///   - newShape: Whether views show the tables in their new shape before the swap, whatever the settings say.
  public func plan(
    version: String?, app: String?, dryRun: Bool, proves: Bool = true,
    acceptsColumnOrder: Bool = false, newShape: Bool = false
  ) async throws -> [PlanningResult] {
    let connection = try await session.primary()
    var reading = MigrationReading(
      workspace: workspace, database: database, settings: settings, ledger: ledger)
    try await checkBaseline(try workspace.migrations(database), on: connection)
    let files = try await reading.pending(version: version, app: app, on: connection)
    if files.isEmpty { return [.nothingPending] }
    if !dryRun { try await ledger.create(on: connection) }
    var results: [PlanningResult] = []
    for file in files {
      if !dryRun { try await checkBucket(file.appLabel, on: connection) }
      let result = try await keepingSearchPath(on: connection) {
        try await withReplay { replay in
          reading.replay = replay
          var study = try await reading.study(file, on: connection)
          let shape = newShape || settings.newShape ? NewShape(of: study.file.version) : nil
          if shape != nil, study.changesTypesAtOnce, study.needsPlan || study.isShown {
            // Until the swap the new shape would have the old type.
            reading.settings.stagesEveryType = true
            study = try await reading.study(file, on: connection)
          }
          return try await plan(
            study, replay, shape, dryRun: dryRun, proves: proves,
            acceptsColumnOrder: acceptsColumnOrder, on: connection)
        }
      }
      results.append(result)
    }
    return results
  }

  /// Lends a replay of one migration, whose copy is dropped whatever happens.
  func withReplay<Result>(
    _ body: (SchemaReplay) async throws -> Result
  ) async throws -> Result {
    let replay = SchemaReplay(means: proofMeans)
    do {
      let result = try await body(replay)
      await replay.close()
      return result
    } catch {
      await replay.close()
      throw error
    }
  }

  private func plan(
    _ study: StudiedMigration, _ replay: SchemaReplay, _ shape: NewShape?, dryRun: Bool,
    proves: Bool, acceptsColumnOrder: Bool, on connection: PostgresConnection
  ) async throws -> PlanningResult {
    // First: what another plan has added is what the server may refuse the migration for.
    try await checkTables(
      of: study.changes, study.facts, app: study.file.appLabel, on: connection)
    guard study.refused.isEmpty else {
      throw EngineError.offlineOnly(file: study.file.path, study.refused)
    }
    guard study.needsPlan || (shape != nil && study.isShown) else {
      return .noPlanNeeded(
        version: study.file.version.rawValue, appLabel: study.file.appLabel, study.verdicts)
    }
    try await Privileges.check(study, on: connection)
    try await ClientRights.check(study, on: connection)
    try await ReplicaIdentity.check(study, on: connection)
    let session = try await PlanSession.read(
      on: connection, searchPath: study.searchPath?.value)
    let broken = await LaterConstraints(study: study.study, session: session)
      .refused(replay, on: connection)
    guard broken.isEmpty else { throw EngineError.offlineOnly(file: study.file.path, broken) }
    var plan = try await compose(study, session, replay, shape, on: connection)
    if !acceptsColumnOrder, !dryRun {
      let writers = try await ColumnOrder.writers(of: plan, study.facts, on: connection)
      guard writers.isEmpty else {
        throw EngineError.columnOrder(
          version: study.file.version.rawValue, app: study.file.appLabel, writers: writers)
      }
    }
    let proof = try await prove(&plan, of: study, wanted: proves, on: connection)
    var file: PlanFile?
    while !dryRun, file == nil {
      do {
        file = try PlanFile.write(plan, in: workspace)
      } catch {
        // Two programs that share `NODE_ID` may draw the same number in the same millisecond: the second draws another.
        guard case .unavailable(.alreadyExists) = error else { throw error }
        let keeping = plan.keeping
        plan = try await compose(study, session, replay, shape, on: connection)
        if case .refused = keeping { plan.keeping = keeping }
      }
    }
    var remarks = try await PlanningRemarks.of(plan, study.facts, on: connection)
    if plan.keeping != nil, let error = study.wayDownError {
      remarks.append(
        "the file that takes the migration back cannot be read, so that finalize --keep goes by casts alone: "
          + error.description)
    }
    let verdicts = plan.newShape.isEmpty ? study.verdicts : study.verdicts.map(\.besideNewShape)
    guard let file else { return .dryRun(plan, verdicts, remarks: remarks, proof) }
    do {
      try await ledger.insert(
        plan.header, plan.steps[0].kind, file.checksum, file.bytes, detail: proof.sentence,
        on: connection)
    } catch let error as EngineError {
      // Refused for certain: no row names the file. After any other error one may.
      try? FileManager.default.removeItem(atPath: file.path)
      throw error
    }
    return .planned(file, verdicts, remarks: remarks, proof)
  }

  private func compose(
    _ study: StudiedMigration, _ session: PlanSession, _ replay: SchemaReplay, _ shape: NewShape?,
    on connection: PostgresConnection
  ) async throws -> LivePlan {
    let header = PlanHeader(
      planID: ids.next(), slug: study.file.version.word, classification: .expandContract,
      originatingMigration: study.file.version.rawValue, sourceChecksum: study.loaded.checksum,
      targetDatabase: database.rawValue, appLabel: study.file.appLabel)
    var composition = PlanComposition(
      planID: header.planID, file: study.file.path, session: session, settings: settings,
      replay: replay, newShape: shape)
    // A plan that shows the new shape relies on the file that takes it back; any other does without.
    composition.wayDown = shape == nil ? (try? study.wayDown()) ?? WayDown() : try study.wayDown()
    let (plan, refused) = try await composition.planOrRefusals(
      header, study.study, on: connection)
    guard let plan else { throw EngineError.offlineOnly(file: study.file.path, refused) }
    try await ShapeRules.check(plan, study.facts, on: connection)
    return plan
  }

  /// Judges the statements of a text; asks the server when `useServer` says so.
  public func lint(text: String, file: String, useServer: Bool) async throws -> LintResult {
    let connection = useServer ? try await session.primary() : nil
    let source = SourceExcerpt(text)
    let parsed = MigrationParser.read(
      MigrationSections.wayUp(text), file: file, serverVersion: connection?.info.serverVersion)
    guard let connection else {
      let verdicts = Classifier(facts: nil, probe: nil, settings: settings.classifier)
        .classify(parsed.changes)
      return LintResult(
        verdicts: verdicts, errors: parsed.errors, askedServer: false, source: source)
    }
    let verdicts = try await keepingSearchPath(on: connection) {
      try await withReplay { replay in
        let path = try await OwnSearchPath.enter(parsed.changes, on: connection)
        await replay.look(along: path?.value)
        let changes = try await GuardAnswers.resolve(parsed.changes, on: connection)
        let study = try await Study.of(
          changes, settings: settings, on: connection, replay: replay)
        return try await composed(study, file, path, replay, on: connection)
      }
    }
    return LintResult(
      verdicts: verdicts, errors: parsed.errors, askedServer: true, source: source)
  }

  /// The verdicts after a plan was tried: a change that no plan holds is refused.
  private func composed(
    _ study: Study, _ file: String, _ path: OwnSearchPath?, _ replay: SchemaReplay,
    on connection: PostgresConnection
  ) async throws -> [Verdict] {
    let session = try await PlanSession.read(on: connection, searchPath: path?.value)
    let broken = await LaterConstraints(study: study, session: session)
      .refused(replay, on: connection)
    let verdicts = study.verdicts.refusing(broken)
    guard verdicts.contains(where: \.isStaged), !verdicts.contains(where: \.isRefused) else {
      return verdicts
    }
    let header = PlanHeader(
      planID: ids.next(), slug: "lint", classification: .expandContract,
      originatingMigration: "lint", sourceChecksum: Checksum(of: []),
      targetDatabase: database.rawValue, appLabel: "")
    let composition = PlanComposition(
      planID: header.planID, file: file, session: session,
      settings: settings, replay: replay)
    let (_, refused) = try await composition.planOrRefusals(header, study, on: connection)
    return verdicts.refusing(refused)
  }
}

extension [Verdict] {
  /// The verdicts with refusals in the place of those on the same changes.
  fileprivate func refusing(_ refused: [Verdict]) -> [Verdict] {
    map { verdict in
      refused.first { $0.change.location == verdict.change.location } ?? verdict
    }
  }
}
