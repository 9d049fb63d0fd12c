internal import Postgres
internal import SchemaChange

/// How long the statements of a transaction wait for a lock.
///
/// A transaction that holds one lock and waits for the next can be in a circle with a client. The server then ends
/// whoever looks first, after `deadlock_timeout` (manual, section 19.12): that must never be the client. So all waits
/// behind the first lock together end well before.
struct LockPatience: Sendable {
  /// What a single wait may take, whatever happens.
  let lockTimeout: Duration
  /// The server's `deadlock_timeout`.
  let deadlockTimeout: Duration

  /// The part of `deadlock_timeout` that waits with a lock in hand may take.
  private static let share = 0.7
  /// Below this nothing could be locked on a busy machine.
  private static let least = Duration.milliseconds(20)

  /// For the first statement: nothing is held before it, but it may lock several tables itself.
  func first(_ statement: String) -> Duration {
    let tables = Self.tables([statement]).count
    return tables > 1 ? shared(by: tables - 1) : lockTimeout
  }

  /// For each of the statements behind the first one.
  func rest(_ statements: [String]) -> Duration {
    shared(by: max(Self.tables(Array(statements.dropFirst())).count, 1))
  }

  private func shared(by waits: Int) -> Duration {
    let most = deadlockTimeout * Self.share / waits
    return min(lockTimeout, max(most, Self.least))
  }

  private static func tables(_ statements: [String]) -> Set<QualifiedName> {
    statements.reduce(into: []) { names, statement in
      names.formUnion((try? StatementRewriter.mentions(in: statement)) ?? [])
    }
  }
}
