internal import Postgres

/// Rows with a value of the new shape that the old one does not hold.
public struct UnheldValues: Sendable, Hashable {
  /// How many there are.
  public var rows: Int64 = 0
  /// A few of them by their keys.
  public var keys: [String] = []

  static func += (left: inout Self, right: Self) {
    left.rows += right.rows
    left.keys += right.keys
  }
}

extension GateQuery {
  /// The rows that it finds.
  fileprivate func unheld(
    on connection: isolated PostgresConnection
  ) async throws -> UnheldValues {
    var found = UnheldValues()
    found.rows = try await connection.query(SQL(raw: query)).only().decode(0)
    guard found.rows > 0, let sample else { return found }
    found.keys = try await connection.query(SQL(raw: sample)).map { try $0.decode(0) }
    return found
  }
}

/// Values of the new shape that the old one does not hold: what a way back would throw away.
struct NewValues: Sendable {
  let plan: LivePlan
  let row: PlanRow
  /// Told of what cannot be counted, because its table or column bears another name by now.
  var skipped: @Sendable (String) -> Void = { _ in }

  /// The questions that find them; none before clients may write the new shape.
  ///
  /// Before the rows are filled, and checked, a difference means nothing.
  private var questions: [GateQuery] {
    if row.kept != nil { return plan.keeping?.shape?.unheld ?? [] }
    let window = plan.window(of: min(row.position.step, plan.steps.count - 1))
    guard let gate = window.first(where: { $0.kind == .cutoverReads }),
      row.position.step > gate.ordinal
    else { return [] }
    return window.flatMap(\.body.hooks).compactMap(\.ahead)
  }

  /// How long a look at the tables may take that was not asked for.
  private static let moment = "2s"

  /// The rows that have such a value; `nil` where clients cannot have written one, or the tables are too large to
  /// count in a moment.
  static func counted(
    _ plan: LivePlan?, _ row: PlanRow, on connection: PostgresConnection
  ) async -> UnheldValues? {
    guard let plan, !plan.newShape.isEmpty || row.kept != nil, !row.status.isTerminal else {
      return nil
    }
    let values = NewValues(plan: plan, row: row)
    let questions = values.questions
    guard !questions.isEmpty else { return nil }
    return try? await plan.session.run(on: connection) { connection in
      try await connection.execute("SELECT set_config('statement_timeout', \(moment), true)")
      var found = UnheldValues()
      for question in questions { found += try await question.unheld(on: connection) }
      return found
    }
  }

  /// How many rows have such a value, and a few of them by their keys.
  ///
  /// The tables are read whole.
  func count(on connection: PostgresConnection) async throws -> UnheldValues {
    var found = UnheldValues()
    for question in questions {
      do {
        found += try await plan.session.run(on: connection) { try await question.unheld(on: $0) }
      } catch PostgresError.server(let error) where Self.isRenamed(error) {
        skipped("\(question.name) are not counted: \(error.message)")
      }
    }
    return found
  }

  private static func isRenamed(_ error: ServerError) -> Bool {
    ["42P01", "42703", "42883", "3F000"].contains(error.sqlState.rawValue)
  }

  /// Refuses a way back that would throw away more, or fewer, values than the operator knows of.
  ///
  /// - Throws: `EngineError.losesNewValues`; `.tablesLocked` when another session keeps readers from a table.
  func requireNone(
    but accepted: Int64?, for command: PlanCommand, settings: LiveSettings,
    _ onEvent: @escaping RunObserver, on connection: PostgresConnection
  ) async throws {
    guard !questions.isEmpty else { return }
    onEvent(.notice(row.planID, "reads the tables for new values that the old columns do not hold"))
    // A name that was changed since is no reason to leave a plan that is given up in the way of everything.
    let values = NewValues(plan: plan, row: row, skipped: { onEvent(.notice(row.planID, $0)) })
    let tables = Set(questions.flatMap(\.relations).map(\.quoted))
    let retrying = Retrying(
      settings: settings, accepts: { $0.sqlState == .lockNotAvailable },
      blockers: { (try? await Blockers.of(tables, on: connection)) ?? [] },
      onPause: { onEvent($0.event(row.planID, $1)) },
      spent: { EngineError.tablesLocked($0.error, blockers: $0.blockers) })
    let found = try await retrying.run { _ in try await values.count(on: connection) }
    guard found.rows != accepted ?? 0 else { return }
    throw EngineError.losesNewValues(
      row.planID, command, rows: found.rows, accepted: accepted, keys: found.keys)
  }
}
