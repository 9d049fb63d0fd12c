internal import Postgres

/// The locks and the statements of a transaction, sent to the server as one message.
///
/// The server's `lock_timeout` begins anew at each lock, and one statement takes many: a change of a partitioned table
/// locks the parent, which clients queue behind, and then waits for one partition after the other. To divide the time
/// among them would leave nothing for each of hundreds. `LOCK TABLE` takes the same locks in one statement that does
/// nothing else, so `statement_timeout` ends it when the sum is spent, and cuts no work off. Only where the role may
/// not lock a table, or the statement's lock is not known for sure, the rest of the time is divided.
///
/// Nothing goes back and forth while the locks are held: the server itself sets each timeout by its own clock.
struct TransactionMessage {
  /// What is locked, and what runs.
  let survey: LockSurvey
  let patience: LockPatience
  /// How long the statements may take once they have their locks; `nil` for as long as they need.
  let budget: Duration?
  /// A question that is asked at the end.
  let question: String?

  private enum Part {
    case setting, lock, question
    case statement(PlannedStatement)
  }

  private static let began = "djogi.began"
  private static let locked = "djogi.locked"
  private static let now = "(extract(epoch FROM clock_timestamp()) * 1000)"

  /// Sends it.
  ///
  /// - Returns: The answer to the question.
  /// - Throws: The first error; a transient one too where the budget is spent.
  func send(on connection: isolated PostgresConnection) async throws -> Rows? {
    var parts: [(part: Part, sql: String)] = [(.setting, start)]
    if !survey.ahead.isEmpty || !survey.first.isEmpty {
      for drop in survey.first {
        parts += [(.setting, lockLimit), (.statement(drop), drop.sql)]
      }
      for lock in survey.ahead { parts += [(.setting, lockLimit), (.lock, lock)] }
      parts.append((.setting, afterLocks))
    }
    for statement in survey.statements {
      if let budget { parts.append((.setting, mark(within: budget))) }
      parts.append((.statement(statement), statement.sql))
    }
    if let question { parts.append((.question, question)) }
    let begin = ContinuousClock.now
    let answer = try await connection.batch(parts.map(\.sql))
    guard let failure = answer.failure else {
      return question == nil ? nil : answer.results.last?.rows
    }
    throw understood(failure, parts, answer.results, after: ContinuousClock.now - begin)
  }

  // MARK: - What the server sets

  // Compiling a query of the catalogue takes longer than running it, and the locks are held meanwhile.

  private var start: String {
    let wait = survey.ahead.isEmpty ? patience.wait(survey.others) : patience.together
    return """
      SELECT pg_catalog.set_config('\(Self.began)', \(Self.now)::text, true), \
      pg_catalog.set_config('\(Self.locked)', \(Self.now)::text, true), \
      pg_catalog.set_config('jit', 'off', true), \
      pg_catalog.set_config('statement_timeout', '0', true), \
      pg_catalog.set_config('lock_timeout', '\(max(wait.milliseconds, 1))ms', true)
      """
  }

  /// What is left of the time for all waits together.
  private var left: String {
    "(\(patience.together.milliseconds) - (\(Self.now) - pg_catalog.current_setting('\(Self.began)')::numeric))"
  }

  private var lockLimit: String {
    let limit = "greatest(\(left), 1)::int::text"
    return "SELECT pg_catalog.set_config('statement_timeout', \(limit), true), "
      + "pg_catalog.set_config('lock_timeout', \(limit), true)"
  }

  private var afterLocks: String {
    let each = "greatest(\(left) / \(max(survey.others, 1)), \(patience.least.milliseconds))"
    return """
      SELECT pg_catalog.set_config('\(Self.locked)', \(Self.now)::text, true), \
      pg_catalog.set_config('statement_timeout', '0', true), \
      pg_catalog.set_config('lock_timeout', \
      least(\(each), \(patience.lockTimeout.milliseconds))::int::text, true)
      """
  }

  /// Tells the time since the locks were there, and leaves the next statement what remains of the budget.
  private func mark(within budget: Duration) -> String {
    let spent = "(\(Self.now) - pg_catalog.current_setting('\(Self.locked)')::numeric)"
    return """
      SELECT \(spent)::float8, \
      pg_catalog.set_config('statement_timeout', greatest(\(budget.milliseconds) - \(spent), 1)::int::text, true)
      """
  }

  // MARK: - When something goes wrong

  private func understood(
    _ failure: (statement: Int, error: PostgresError), _ parts: [(part: Part, sql: String)],
    _ results: [CommandResult], after elapsed: Duration
  ) -> PostgresError {
    guard case .server(var error) = failure.error, error.sqlState == .queryCanceled else {
      return failure.error
    }
    // The start, each lock with its limit, and the statement that lifts the limit, under which it runs itself.
    let locks = survey.ahead.count + survey.first.count
    let isWait = locks > 0 && failure.statement < 2 * locks + 2
    if isWait {
      // Much earlier, the statement was cancelled by hand; a little earlier, the server's clock was ahead of this one.
      guard elapsed * 2 >= patience.together else { return failure.error }
      error.sqlState = .lockNotAvailable
      error.message = "canceling statement due to lock timeout"
      return .server(error)
    }
    guard let budget, elapsed * 2 >= budget else { return failure.error }
    error.sqlState = .lockNotAvailable
    error.message =
      "the statements took longer than swap_budget_ms (\(budget.milliseconds) ms) under their locks and were rolled "
      + "back: " + slowest(parts, results, failure.statement, budget)
    return .server(error)
  }

  /// The statements that took longest.
  private func slowest(
    _ parts: [(part: Part, sql: String)], _ results: [CommandResult], _ failed: Int,
    _ budget: Duration
  ) -> String {
    var times: [(sql: String, milliseconds: Double)] = []
    var last: Double?
    for (index, part) in parts.enumerated().prefix(failed + 1) {
      guard case .statement(let statement) = part.part, index > 0,
        results.indices.contains(index - 1),
        let began = try? results[index - 1].rows.first?.decode(0, as: Double.self)
      else { continue }
      if let last, let previous = times.indices.last { times[previous].milliseconds = began - last }
      times.append((statement.sql, Double(budget.milliseconds) - began))
      last = began
    }
    return times.sorted { $0.milliseconds > $1.milliseconds }.prefix(3).map { time in
      let text = time.sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return "\(text.prefix(80)): \(Int(time.milliseconds.rounded())) ms"
    }.joined(separator: "; ")
  }
}
