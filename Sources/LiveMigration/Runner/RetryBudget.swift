/// How often a plan tries again what only time can mend, and how long it waits in between.
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
