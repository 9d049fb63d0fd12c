internal import Postgres

/// How often a plan tries again what only time can help, and how long it waits in between.
struct RetryBudget {
  let limit: Int
  let base: Duration
  let cap: Duration
  private(set) var attempts = 0

  init(_ settings: LiveSettings) {
    limit = settings.lockRetries
    base = settings.retryBase
    cap = settings.retryCap
  }

  /// Every step forward renews the budget.
  mutating func renew() { attempts = 0 }

  /// The pause before the next attempt; `nil` when the budget is spent.
  ///
  /// It doubles each time up to the cap. A random part keeps two runners from meeting again and again.
  mutating func next() -> Duration? {
    guard attempts < limit else { return nil }
    attempts += 1
    let doubled = base * (1 << min(attempts - 1, 20))
    return min(doubled, cap) * Double.random(in: 0.5...1)
  }
}

/// An attempt that failed for a reason that may pass.
struct FailedAttempt {
  var error: PostgresError
  /// The sessions in its way.
  var blockers: [Blocker]
  /// How many attempts were made.
  var attempts: Int
  var limit: Int

  /// What is told of the pause after it.
  func event(_ id: PlanID, _ delay: Duration) -> RunEvent {
    .retrying(id, attempt: attempts, limit: limit, delay: delay, error, blockers)
  }
}

/// An error after which another attempt makes sense although its own kind does not say so.
struct RetryLater: Error {
  let error: PostgresError
}

/// Tries again what only time can help, as often as the settings say.
struct Retrying {
  let settings: LiveSettings
  /// Ends the pauses, and the attempts.
  var stop = StopFlag()
  /// The errors that are tried again.
  var accepts: (PostgresError) async -> Bool = { $0.isTransient }
  /// The sessions that are in the way now.
  var blockers: () async -> [Blocker]
  /// Called before each pause.
  var onPause: (FailedAttempt, Duration) -> Void = { _, _ in }
  /// The error when the budget is spent.
  var spent: (FailedAttempt) async -> any Error

  /// Runs `body` until it succeeds; it may renew the budget.
  ///
  /// - Throws: `PlanRunner.Stop.left` once the flag is raised; what `spent` makes of the last error; what `body`
  ///   throws otherwise.
  func run<Result>(
    _ body: (inout RetryBudget) async throws -> Result
  ) async throws -> Result {
    var budget = RetryBudget(settings)
    while true {
      if stop.isRaised { throw PlanRunner.Stop.left }
      let failure: PostgresError
      do {
        return try await body(&budget)
      } catch let later as RetryLater {
        failure = later.error
      } catch let error as PostgresError {
        guard await accepts(error) else { throw error }
        failure = error
      }
      if stop.isRaised { throw PlanRunner.Stop.left }
      let blockers = await blockers()
      let delay = budget.next()
      let attempt = FailedAttempt(
        error: failure, blockers: blockers, attempts: budget.attempts, limit: budget.limit)
      guard let delay else { throw await spent(attempt) }
      onPause(attempt, delay)
      try await stop.sleep(for: delay)
    }
  }
}
