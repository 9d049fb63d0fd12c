import Foundation
import LiveMigration
import Postgres
import PrivateServer
import Rehearsals
import TestSupport

/// One case, run directly on one copy of its database and by the engine on the other.
struct CaseRun {
  /// What became of a case, and what there is to say about it.
  struct Result {
    var outcome: MigrationCase.Outcome
    var note: String
  }

  /// How the engine's run ended.
  private enum Ending {
    case complete
    case refused(any Error)
    /// Late when the plan had begun, and no gate kept what is wrong out.
    case failed(any Error, isLate: Bool)
  }

  private let rehearsal: Rehearsal

  /// Sets both copies up.
  init(_ migrationCase: MigrationCase) async throws {
    rehearsal = try await Rehearsal(
      setup: migrationCase.setup + "\n;ANALYZE;", migration: migrationCase.migration,
      settings: Self.settings)
  }

  /// Tables of a thousand rows are large, those of a few are not.
  private static var settings: LiveSettings {
    var settings = Rehearsal.quick
    settings.validationThresholdRows = 500
    settings.backfillChunkSize = 200
    return settings
  }

  /// Runs both ways, and compares.
  func run() async throws -> Result {
    let direct = await directError()
    let ending = await ending()
    let result = try await judge(ending, direct)
    try await rehearsal.dispose()
    return result
  }

  /// Runs the migration in one transaction where it may be in one, and returns why it failed.
  private func directError() async -> (any Error)? {
    do {
      try await rehearsal.runDirectly(
        inOneTransaction: !Self.refusesTransaction(rehearsal.migration))
      return nil
    } catch { return error }
  }

  /// Whether a file holds what refuses a transaction block, or brings its own.
  private static func refusesTransaction(_ migration: String) -> Bool {
    let text = migration.lowercased()
    return text.contains("concurrently") || text.contains("add value")
      || text.split(separator: "\n").contains { $0.hasPrefix("begin;") }
  }

  private func ending() async -> Ending {
    let engine = rehearsal.engine()
    let ending = await ending(with: engine)
    await engine.disconnect()
    return ending
  }

  private func ending(with engine: LiveEngine) async -> Ending {
    var id: PlanID?
    do {
      switch try await engine.plan(version: nil, app: nil, dryRun: false).first {
      case .planned(let file, _, _, _):
        id = file.plan.header.planID
        try await rehearsal.drive(file.plan.header.planID, with: engine)
      default:
        _ = try await engine.apply(
          version: nil, app: nil, allowDestructive: true, justification: "case")
      }
      return .complete
    } catch let error as EngineError where error.category == .classification {
      return .refused(error)
    } catch {
      guard let id else { return .failed(error, isLate: false) }
      // What is wrong was kept out; the plan is taken back as an operator would do it.
      let isLate = (error as? EngineError)?.category != .validation
      do {
        _ = try await engine.revert(id, justification: "case") { _ in }
      } catch let reversal {
        return .failed(RehearsalError("\(error); revert: \(reversal)"), isLate: isLate)
      }
      return .failed(error, isLate: isLate)
    }
  }

  private func judge(_ ending: Ending, _ direct: (any Error)?) async throws -> Result {
    switch (ending, direct) {
    case (.complete, let error?):
      return Result(outcome: .wrong, note: "ended with success; a direct run fails: \(error)")
    case (.complete, nil):
      let differences = try await differences()
      return Result(
        outcome: differences.isEmpty ? .equal : .wrong, note: differences.joined(separator: "\n"))
    case (.refused(let error), nil): return Result(outcome: .refused, note: "\(error)")
    case (.failed(let error, _), nil): return Result(outcome: .stuck, note: "\(error)")
    case (.refused(let error), _?):
      let differences = try await differences()
      return Result(
        outcome: differences.isEmpty ? .agreed : .wrong,
        note: (["\(error)"] + differences).joined(separator: "\n"))
    case (.failed(let error, let isLate), _?):
      // A direct run that failed has changed nothing; of a plan with several windows what an earlier one did stays.
      let differences = try await differences()
      return Result(
        outcome: differences.isEmpty && !isLate ? .agreed : .late,
        note: (["\(error)"] + differences).joined(separator: "\n"))
    }
  }

  /// What only one of both databases has.
  private func differences() async throws -> [String] {
    let server = rehearsal.database.cluster.server
    let live = try await WholeDatabase.state(of: rehearsal.database.name, on: server)
    let direct = try await WholeDatabase.state(of: rehearsal.directName, on: server)
    let leftOvers = try await rehearsal.leftOvers()
    return Set(live).subtracting(direct).sorted().map { "extra: \($0)" }
      + Set(direct).subtracting(live).sorted().map { "missing: \($0)" }
      + leftOvers.map { "left over: \($0)" }
  }
}
