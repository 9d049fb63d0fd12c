public import Postgres

/// Learns what a migration's statements would do by running them against empty clones of its tables.
public enum ForecastProbe {
  /// Runs what can be tried, in order, and says of each change what it did.
  ///
  /// Everything happens in one transaction that is always rolled back. The clones are temporary tables; no lock
  /// stronger than `ACCESS SHARE` is taken on a relation of the application. Nothing is tried, and every result is
  /// `nil`, when the role may not make temporary tables.
  public static func run(
    _ changes: [Change], facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> ProbeOutcome {
    let steps = changes.map(ProbeStep.init)
    let named = Set(zip(changes, steps).filter { $1.needsClones }.flatMap { $0.0.mentions })
    var needed = facts
    needed.tables = facts.tables.filter { named.contains($0.key) }
    guard steps.contains(where: \.runs) else {
      return ProbeOutcome(results: changes.map { _ in nil })
    }
    do {
      try await connection.transaction { @Sendable [needed] connection in
        let learnt: ProbeOutcome = try await connection.keepingNotices { connection in
          try await outcome(of: changes, needed, on: connection)
        }
        throw Enough(outcome: learnt)
      }
    } catch let enough as Enough {
      return enough.outcome
    } catch PostgresError.server {
      // The changes catch what they are refused for, so this one is of the setting-up or of the moment: no forecasts.
    }
    return ProbeOutcome(results: changes.map { _ in nil })
  }

  /// Thrown to leave the transaction without a trace.
  private struct Enough: Error {
    let outcome: ProbeOutcome
  }

  private static func outcome(
    of changes: [Change], _ facts: CatalogueFacts, on connection: isolated PostgresConnection
  ) async throws -> ProbeOutcome {
    try await listen(on: connection)
    guard try await hearsTheServer(connection) else {
      return ProbeOutcome(results: changes.map { _ in nil })
    }
    let sources = try await CloneSources.read(facts.tables.values, on: connection)
    let clones = try await CloneSet.make(sources, facts, on: connection)
    var run = try await ProbeRun(clones: clones, facts: facts, on: connection)
    var results: [ProbeOutcome.Result?] = []
    while results.count < changes.count {
      let rest = changes[results.count...]
      let together = try await run.results(ofFirst: rest, on: connection)
      if let found = together.results {
        results += found
        continue
      }
      for change in rest.prefix(max(together.count, 1)) {
        results.append(try await run.result(of: change, on: connection))
      }
    }
    let columns = try await run.columnsAfter(on: connection)
    // What is left is about the clones and is nothing for the session's owner.
    _ = connection.takeNotices()
    return ProbeOutcome(results: results, columnsAfter: columns)
  }

  /// Lets the server tell what it does, and keeps the open transaction from waiting long.
  static func listen(on connection: isolated PostgresConnection) async throws {
    try await connection.script(
      """
      SET LOCAL lock_timeout TO '1s'; SET LOCAL statement_timeout TO '10s';
      SET LOCAL client_min_messages TO debug1; SET LOCAL check_function_bodies TO off
      """)
  }

  /// Whether the messages that tell a scan from catalogue work arrive here: an index is built to see.
  static func hearsTheServer(
    _ connection: isolated PostgresConnection
  ) async throws -> Bool {
    _ = connection.takeNotices()
    try await connection.script(
      """
      SAVEPOINT djogi_canary; CREATE TEMP TABLE djogi_canary (number int PRIMARY KEY);
      ROLLBACK TO SAVEPOINT djogi_canary; RELEASE SAVEPOINT djogi_canary
      """)
    return ServerWork(connection.takeNotices()).buildsIndex
  }
}

/// What the server's debugging messages say that it did; they are never translated.
struct ServerWork {
  var rewrites = false
  var scans = false
  var buildsIndex = false
  /// Whether a constraint proves that the default partition has no rows for another one.
  var provesDefault = false

  init(_ notices: [ServerNotice]) {
    for message in notices.map(\.message) {
      if message.hasPrefix("rewriting table ") { rewrites = true }
      if message.hasPrefix("verifying table ") { scans = true }
      if message.hasPrefix("validating foreign key constraint ") { scans = true }
      if message.hasPrefix("updated partition constraint for default ") { provesDefault = true }
      // A table that gets its first wide column gets a TOAST table, whose index is empty.
      if message.hasPrefix("building index "), !message.hasPrefix("building index \"pg_toast_") {
        buildsIndex = true
      }
    }
  }
}
