internal import Foundation
internal import Postgres
public import SchemaChange

/// What became of one migration that was to be planned.
public enum PlanningResult: Sendable {
  case planned(PlanFile, [Verdict], remarks: [String])
  case dryRun(LivePlan, [Verdict], remarks: [String])
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
  public func plan(
    version: String?, app: String?, dryRun: Bool
  ) async throws -> [PlanningResult] {
    let connection = try await session.primary()
    let reading = MigrationReading(
      workspace: workspace, database: database, settings: settings, ledger: ledger)
    let files = try await reading.pending(version: version, app: app, on: connection)
    if files.isEmpty { return [.nothingPending] }
    if !dryRun { try await ledger.create(on: connection) }
    var results: [PlanningResult] = []
    for file in files {
      if !dryRun { try await checkBucket(file.appLabel, on: connection) }
      let study = try await reading.study(file, on: connection)
      results.append(try await plan(study, dryRun: dryRun, on: connection))
    }
    return results
  }

  private func plan(
    _ study: StudiedMigration, dryRun: Bool, on connection: PostgresConnection
  ) async throws -> PlanningResult {
    guard study.refused.isEmpty else {
      throw EngineError.offlineOnly(file: study.file.path, study.refused)
    }
    guard study.needsPlan else {
      return .noPlanNeeded(
        version: study.file.version.rawValue, appLabel: study.file.appLabel, study.verdicts)
    }
    try await checkTables(
      of: study.changes, study.facts, app: study.file.appLabel, on: connection)
    try await Privileges.check(study, on: connection)
    try await ClientRights.check(study, on: connection)
    try await ReplicaIdentity.check(study, on: connection)
    let session = try await PlanSession.read(on: connection)
    try await probeHooks(of: study, session, on: connection)
    let (plan, file) = try compose(study, session, writes: !dryRun)
    let remarks = try await PlanningRemarks.of(plan, study.facts, on: connection)
    guard let file else { return .dryRun(plan, study.verdicts, remarks: remarks) }
    do {
      try await ledger.insert(
        plan.header, plan.steps[0].kind, file.checksum, on: connection)
    } catch let error as EngineError {
      // Refused for certain: no row names the file. After any other error one may.
      try? FileManager.default.removeItem(atPath: file.path)
      throw error
    }
    return .planned(file, study.verdicts, remarks: remarks)
  }

  /// Refuses a plan through whose triggers clients could not write.
  private func probeHooks(
    of study: StudiedMigration, _ session: PlanSession, on connection: PostgresConnection
  ) async throws {
    let context = context(ids.next(), study, session)
    for replacement in try ReplacementGrouping(context).group(study.verdicts).values {
      let probe = HookProbe(replacement: replacement)
      guard let obstacle = try await probe.obstacle(in: session, on: connection) else { continue }
      let change = study.changes.first { change in
        guard case .alterColumnType(let operation) = change.operation else { return false }
        return study.facts.table(operation.target.table)?.name == replacement.table.name
      }
      if let change { throw context.cannotStage(change, obstacle) }
    }
  }

  private func context(
    _ id: PlanID, _ study: StudiedMigration, _ session: PlanSession
  ) -> PlanningContext {
    PlanningContext(
      planID: id, file: study.file.path, facts: study.facts, probe: study.probe,
      conversions: study.conversions, indexNames: study.indexNames, session: session)
  }

  /// Makes the plan, and its file.
  ///
  /// Two programs that share `NODE_ID` may draw the same number in the same millisecond: whose file comes second draws
  /// another.
  private func compose(
    _ study: StudiedMigration, _ session: PlanSession, writes: Bool
  ) throws -> (plan: LivePlan, file: PlanFile?) {
    while true {
      let plan = try compose(study, session)
      guard writes else { return (plan, nil) }
      do {
        return (plan, try PlanFile.write(plan, in: workspace))
      } catch {
        guard case .unavailable(.alreadyExists) = error else { throw error }
      }
    }
  }

  private func compose(_ study: StudiedMigration, _ session: PlanSession) throws -> LivePlan {
    let header = PlanHeader(
      planID: ids.next(), slug: study.file.version.slug, classification: .expandContract,
      originatingMigration: study.file.version.rawValue, sourceChecksum: study.loaded.checksum,
      targetDatabase: database.rawValue, appLabel: study.file.appLabel)
    let context = context(header.planID, study, session)
    return try Composer.compose(header, study.verdicts, context)
  }

  /// Judges the statements of a text; asks the server when `useServer` says so.
  public func lint(text: String, file: String, useServer: Bool) async throws -> LintResult {
    let connection = useServer ? try await session.primary() : nil
    let source = SourceExcerpt(text)
    let parsed = MigrationParser.read(
      text, file: file, serverVersion: connection?.info.serverVersion)
    guard let connection else {
      let verdicts = Classifier(facts: nil, probe: nil, settings: settings.classifier)
        .classify(parsed.changes)
      return LintResult(
        verdicts: verdicts, errors: parsed.errors, askedServer: false, source: source)
    }
    let study = try await Study.of(parsed.changes, settings: settings, on: connection)
    return LintResult(
      verdicts: study.verdicts, errors: parsed.errors, askedServer: true, source: source)
  }
}
