internal import Foundation
internal import Postgres
internal import SchemaChange

extension EngineError: CustomStringConvertible {
  /// What happened, to what, and what state the plan is in now; plans are named by their ids.
  public var description: String { text { "\($0)" } }

  /// What happened, to what, and what state the plan is in now.
  ///
  /// - Parameter name: The word that names a plan where the text is read.
  public func text(naming name: @escaping (PlanID) -> String) -> String {
    EngineErrorText(name: name).text(of: self)
  }
}

/// Words the engine's errors.
private struct EngineErrorText {
  /// The word that names a plan.
  let name: (PlanID) -> String

  func text(of error: EngineError) -> String {
    switch error {
    case .serverTooOld(let version):
      "the server is PostgreSQL \(version); live plans need 14 or later"
    case .pooled:
      "connected through a transaction-pooling proxy; a plan needs a direct connection, because it "
        + "holds a session-level advisory lock"
    case .catalogueShadowed(let schemas):
      "the session's search_path puts \(schemas.joined(separator: ", ")) in front of pg_catalog: objects there would "
        + "take the place of the server's own in every query; nothing was changed"
    case .standby: "the server is a standby, which takes no changes; nothing was changed"
    case .noSuchPlan(let id): "there is no plan \(id) in this database"
    case .statusConflict(let id, let status, let command, let gate, let next):
      conflict(id, status, command, gate, next)
    case .heldElsewhere(let id, let holder): held(id, holder)
    case .planFileMissing(let id, let path):
      "plan \(name(id)) has no plan file at \(path); nothing was changed"
    case .planFileChanged(let id, let path, let recorded, let found):
      "the file of plan \(name(id)) is not the one that was recorded; nothing was changed\n"
        + "  file      \(path)\n  recorded  \(recorded)\n  found     \(found)"
    case .planFileUnreadable(let id, let reason, _):
      "the file of plan \(name(id)) cannot be used: \(reason)"
    case .sourceChanged(let id, _, let version, let reason, _):
      "the migration \(version) that plan \(name(id)) was made from \(reason); nothing was changed"
    case .destructive(let id, let command, _):
      "plan \(name(id)) holds destructive steps; \(command.rawValue) needs --allow-destructive and --justify"
    case .triggersFire(let id, _, let triggers, _):
      "the role may not silence triggers, and these fire for every row that plan \(name(id)) fills; they may change it, or "
        + "write elsewhere, as a direct run would not:\n"
        + triggers.map { "  " + $0 }.joined(separator: "\n")
    case .columnOrder(_, _, let writers):
      "a column becomes its table's last one, and code of the database goes by the order of columns; nothing was "
        + "changed:\n" + writers.map { "  " + $0 }.joined(separator: "\n")
    case .malformedRow(let column, let value):
      "a row of the ledger cannot be used: \(column) holds “\(value)”"
    case .missingPrivilege(let what): what
    case .ledger(let error): error.description
    case .daemonRefused(let why): "daemon refused: \(why)"
    case .unfinishedPlan(let id, let status, _):
      "plan \(name(id)) of this database and application is \(status.rawValue); one plan at a time"
    case .tableInPlan(let table, let id, let status, _):
      "table \(table) is being changed by plan \(name(id)) (another application, \(status.rawValue)); "
        + "finish or revert that plan first"
    case .halfReverted(let id):
      "the revert of plan \(name(id)) of this database and application is not finished"
    case .migrationApplied(let id, let version):
      "the migration \(version) of plan \(name(id)) is applied; a revert would take away what it made"
    case .noSuchApplication(let app, let known):
      "no application \(app) in the workspace"
        + (known.isEmpty ? "" : ": it has \(known.joined(separator: ", "))")
    case .noSuchMigration(let version): "there is no pending migration \(version) in the workspace"
    case .ambiguousMigration(let version, let apps):
      "the migration \(version) exists in several applications: \(apps.joined(separator: ", "))"
    case .ambiguousNumber(let number, let versions):
      "\(number) names several migrations: \(versions.joined(separator: ", "))"
    case .alreadyApplied(let version): "the migration \(version) is applied already"
    case .unreadable(let errors): errors.map(\.description).joined(separator: "\n")
    case .emptyMigration(let file):
      "\(file) holds no statement, and nothing was recorded; write one, or a comment that says why it is empty"
    case .offlineOnly(let file, let verdicts): refusals(file, verdicts)
    case .needsLivePlan(let file, _): "\(file) would block clients; it needs a live plan"
    case .destructiveMigration(let version, let verdicts):
      "\(version) destroys data:\n" + verdicts.map(line).joined(separator: "\n")
    case .opaqueMigration(let version, let verdicts):
      "\(version) holds statements that cannot be looked into:\n"
        + verdicts.map(line).joined(separator: "\n")
    case .changedHalfway(let version, let statements):
      "\(version) was changed after \(statements) of its statements had been applied; nothing was changed"
    case .bucketBusy(let database, let app):
      "another session applies migrations of \(database)/\(app.isEmpty ? "_global_" : app)"
    case .tablesLocked(let error, let blockers):
      "cannot inspect the migration's tables: \(error)" + blocked(blockers)
    case .notApplied(let version, let statement, let error, let blockers):
      "statement \(statement) of \(version) failed after every retry; those before it are applied: \(error)"
        + blocked(blockers)
    case .cannotStage(let file, let location, let reason, let rule):
      "\(file):\(location.line): this change cannot be staged: \(reason) [\(rule)]"
    case .proofDiffers(let file, let differences, let kept): proof(file, differences, kept)
    case .directRunRefused(let file, let location, let error):
      "\(file):\(location.line): on a copy of the schema, the server refuses the file itself: "
        + "\(error.message)"
    case .newShapeRefused(let reason): "no plan can show the new shape: \(reason)"
    case .losesNewValues(let id, let command, let rows, let accepted, let keys):
      newValues(id, command, rows, accepted, keys)
    case .cannotKeep(let id, let reason):
      "plan \(name(id)) cannot keep the old shape after its swap, and nothing was done: \(reason)"
    case .gateDisagreed(let id, let gate, let outcomes, _): disagreement(id, gate, outcomes)
    case .dataRefused(let id, let status, let step, let error, let keys, _):
      "the \(error.isAboutData ? "data" : "server") refuses \(step.rawValue) of plan \(name(id)), which is \(status.rawValue): \(error)"
        + (keys.isEmpty ? "" : "\n  offending rows: " + keys.joined(separator: ", "))
    case .retriesSpent(let id, _, let step, let attempts, let error, let blockers, _):
      "\(step.rawValue) failed after \(attempts) attempts; plan \(name(id)) has not moved: \(error)"
        + blocked(blockers)
    case .oldSnapshots(let id, let holders, let waited, _):
      "the swap of plan \(name(id)) has not begun: transactions from before the backfill's end are open, and would "
        + "read NULL after it; snapshot_wait_ms (\(waited.milliseconds) ms) is over\n"
        + holders.map { "  " + $0 }.joined(separator: "\n")
    case .stepFailed(let id, let step, let error):
      "plan \(name(id)) failed at \(step.rawValue): \(error)"
    case .movedElsewhere(let id):
      "another session moved plan \(name(id)) meanwhile; nothing was changed"
    case .notBegun(let row, let command, let error, let blockers, _):
      "\(command.rawValue) of plan \(name(row.planID)) did not begin; "
        + "the plan is still \(row.status.rawValue): \(error)" + blocked(blockers)
    case .interrupted(let id, let status, _, let rows, _):
      "plan \(name(id)) was stopped at a safe point"
        + (status.map { " and is \($0.rawValue)" }
          ?? "; no server answered, so its status is unchanged")
        + (rows.map { ", \($0); clients are kept in step meanwhile" } ?? "")
    case .revertInterrupted(let id):
      "the revert of plan \(name(id)) was stopped at a safe point, half done"
    }
  }

  private func newValues(
    _ id: PlanID, _ command: PlanCommand, _ rows: Int64, _ accepted: Int64?, _ keys: [String]
  ) -> String {
    let count = rows == 1 ? "1 row has" : "\(rows) rows have"
    let named = accepted.map { " (not \($0))" } ?? ""
    let loss =
      command == .rollback
      ? "clients would no longer see what they wrote to the new shape"
      : "\(command.rawValue) would throw away what clients wrote to the new shape"
    return "\(loss): \(count) a new value that the "
      + "old column does not hold\(named); plan \(name(id)) has not moved"
      + (keys.isEmpty ? "" : "\n  rows: " + keys.joined(separator: ", "))
  }

  private func proof(_ file: String, _ differences: [String], _ kept: String?) -> String {
    let shown = differences.prefix(12).map { "  " + $0 }
    let rest = differences.count > 12 ? ["  and \(differences.count - 12) more"] : []
    let end = kept.map { ["  both ends are written down in \($0)"] } ?? []
    return
      ([
        "\(file) is not planned: on a copy, the plan does not end as the file does; "
          + "this is a defect of djogi-shell"
      ] + shown + rest + end).joined(separator: "\n")
  }

  private func blocked(_ blockers: [Blocker]) -> String {
    blockers.map { "\n  blocked by \($0)" }.joined()
  }

  private func conflict(
    _ id: PlanID, _ status: PlanStatus, _ command: PlanCommand, _ gate: Gate?, _ next: NextStep?
  ) -> String {
    switch (command, next?.action) {
    case (_, .retire):
      return
        "cannot \(command.rawValue): plan \(name(id)) has swapped and keeps the old shape; rollback takes the swap "
        + "back, retire gives the old shape up"
    case (.retire, .rollback):
      return
        "cannot retire: plan \(name(id)) has swapped back to the old shape, and its way back is not at its end"
    case (.rollback, _), (.retire, _):
      return
        "cannot \(command.rawValue): plan \(name(id)) is \(status.rawValue) and keeps no old shape"
    default: break
    }
    let place = gate.map { " at the gate \($0.rawValue)" } ?? ""
    let state = "plan \(name(id)) is \(status.rawValue)\(place)"
    return status == .failed && command == .abandon
      ? "cannot abandon: \(state), and is kept for the audit; revert it, then make a fresh plan"
      : "cannot \(command.rawValue): \(state)"
  }

  private func held(_ id: PlanID, _ holder: PlanHolder?) -> String {
    guard let holder else { return "plan \(name(id)) is already running in another session" }
    var text = "plan \(name(id)) is already running in another session: "
    if let claim = holder.claim {
      text += "process \(claim.pid) on \(claim.host) since \(claim.since.formatted(.iso8601)), "
    }
    text += "server process \(holder.backendPID)"
    if !holder.applicationName.isEmpty { text += " (\(holder.applicationName))" }
    return text
  }

  private func refusals(_ file: String, _ verdicts: [Verdict]) -> String {
    let count = verdicts.count == 1 ? "one statement" : "\(verdicts.count) statements"
    return "\(file) holds \(count) that cannot be staged:\n"
      + verdicts.map(line).joined(separator: "\n")
  }

  private func line(_ verdict: Verdict) -> String {
    let place = "\(verdict.change.location.line):\(verdict.change.location.column)"
    let text =
      "  \(place): \(verdict.reason) [\(verdict.rule)]\n    \(Self.excerpt(verdict.change.sql))"
    return verdict.remedy.map { text + "\n    instead: " + $0 } ?? text
  }

  /// The most characters of a statement that an error repeats.
  private static let excerptLength = 100

  /// A statement's first line, as far as it tells which one it is.
  private static func excerpt(_ sql: String) -> String {
    let lines = sql.split(whereSeparator: \.isNewline)
    let first = lines.first.map(String.init) ?? ""
    let isWhole = lines.count <= 1 && first.count <= excerptLength
    return first.prefix(excerptLength) + (isWhole ? "" : "…")
  }

  private func disagreement(
    _ id: PlanID, _ gate: Gate, _ outcomes: [GateOutcome]
  ) -> String {
    let lines = outcomes.filter { !$0.agrees }.map { outcome in
      var text = "  \(outcome.name): "
      if let error = outcome.error {
        text += "\(error)"
      } else {
        text += "expected \(outcome.expected), found \(outcome.found ?? 0)"
      }
      if !outcome.sample.isEmpty { text += "; rows: " + outcome.sample.joined(separator: ", ") }
      return text
    }
    return "plan \(name(id)) waits at the gate \(gate.rawValue), and the data disagrees:\n"
      + lines.joined(separator: "\n")
  }
}

extension ServerError {
  /// A Boolean value telling whether rows are to blame: values, constraints, a function's own refusal.
  var isAboutData: Bool { ["22", "23", "44", "P0"].contains(sqlState.class) }
}
