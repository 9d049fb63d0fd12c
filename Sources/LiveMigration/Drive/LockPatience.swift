/// How long the statements of a transaction wait for locks.
///
/// A transaction that holds one lock and waits for the next can be in a circle with a client. The server then ends
/// the session that looks first, `deadlock_timeout` after it began to wait (manual, section 19.12): that must never be
/// the client, which may have queued behind the first lock while that was still waited for. So all waits together, the
/// first one included, end well before.
struct LockPatience: Sendable {
  /// What a single wait may take, whatever happens.
  let lockTimeout: Duration
  /// The server's `deadlock_timeout`.
  let deadlockTimeout: Duration
  /// Whether the locks must be free at once: several tables are locked that no statement needs together.
  var isShort = false

  /// The part of `deadlock_timeout` that all waits of a transaction may take: on a busy machine they end late.
  private static let share = 0.5
  /// Below this nothing could be locked on a busy machine.
  private static let moment = Duration.milliseconds(20)

  /// The least that each wait gets.
  var least: Duration { isShort ? .milliseconds(1) : Self.moment }

  /// For all waits of a transaction that locks several tables.
  var together: Duration {
    min(lockTimeout, isShort ? Self.moment : max(deadlockTimeout * Self.share, Self.moment))
  }

  /// For each wait of a transaction that waits for so many tables, and has waited for others before.
  func wait(_ locks: Int, after spent: Duration? = nil) -> Duration {
    guard locks > 1 || spent != nil else { return lockTimeout }
    let left = together - (spent ?? .zero)
    return min(lockTimeout, max(left / max(locks, 1), least))
  }
}
