internal import Postgres
internal import SchemaChange

/// How long the statements of a transaction wait for a lock.
///
/// A transaction that holds one lock and waits for the next can be in a circle with a client. The server then ends
/// whoever looks first, `deadlock_timeout` after it began to wait (manual, section 19.12): that must never be the
/// client, which may have queued behind the first lock while that was still waited for. So all waits together, the
/// first one included, end well before.
struct LockPatience: Sendable {
  /// What a single wait may take, whatever happens.
  let lockTimeout: Duration
  /// The server's `deadlock_timeout`.
  let deadlockTimeout: Duration

  /// The part of `deadlock_timeout` that all waits of a transaction may take: on a busy machine they end late.
  private static let share = 0.5
  /// Below this nothing could be locked on a busy machine.
  private static let least = Duration.milliseconds(20)

  /// For each wait of a transaction.
  func wait(_ statements: [String]) -> Duration {
    let locks = Self.locks(statements)
    guard locks > 1 else { return lockTimeout }
    return min(lockTimeout, max(deadlockTimeout * Self.share / locks, Self.least))
  }

  /// The tables that are locked one after the other, as far as the statements tell.
  private static func locks(_ statements: [String]) -> Int {
    let tables = statements.reduce(into: Set<QualifiedName>()) { names, statement in
      names.formUnion((try? StatementRewriter.mentions(in: statement)) ?? [])
    }
    // A foreign key that goes locks the table that it referenced, which is not named.
    return tables.count + (statements.contains(where: dropsConstraint) ? 1 : 0)
  }

  private static func dropsConstraint(_ statement: String) -> Bool {
    let changes = (try? MigrationParser.parse(statement)) ?? []
    return changes.contains { change in
      if case .dropConstraint = change.operation { true } else { false }
    }
  }
}
