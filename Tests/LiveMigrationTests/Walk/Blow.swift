import LiveMigration
import PrivateServer
import Rehearsals
import Synchronization
import TestSupport
import Testing

@testable import Postgres

/// One fault at one statement.
struct Blow: Sendable, CustomStringConvertible {
  /// What became of a command that was struck.
  struct Outcome: Sendable {
    var struck = false
    /// Whether the command ended of itself, as one that nothing strikes.
    var isDone = false
    /// Whether it gave up because of the outsider.
    var gaveWay = false
  }

  var fault: Fault
  var statement: Int
  var side = StatementTrap.Side.before
  /// The lock that an outsider takes.
  var mode = "ACCESS SHARE"

  var description: String {
    let outsider = fault == .outsider || fault == .outsiders ? " with \(mode)" : ""
    return "\(fault.rawValue)\(outsider) \(side) statement \(statement), seed \(Walk.seed)"
  }

  private static let modes = ["ACCESS SHARE", "SHARE", "ACCESS EXCLUSIVE"]

  /// Every blow on a command that sends these statements, without those that could show nothing new.
  ///
  /// A dead program leaves what is committed; its files it has written before. So one statement stands for all between
  /// two commits: the last, when all is done and nothing is kept. A program that goes on is struck at every statement;
  /// of those that it repeats, at the first and the last time. Where a statement took effect its answer may be lost,
  /// which is another blow than one before it. A server that crashes leaves what is committed too, and to the program
  /// it is a lost session, as any other: it is struck where both may differ, before and after what is kept.
  static func all(on statements: [String]) -> [Blow] {
    let boundaries = Boundary.all(of: statements)
    var blows = boundaries.filter(\.changesWhatIsKept).map {
      Blow(fault: .process, statement: $0.number)
    }
    blows.append(Blow(fault: .process, statement: statements.count - 1, side: .after))
    for boundary in Boundary.firstAndLast(boundaries) {
      blows.append(Blow(fault: .backend, statement: boundary.number))
      if boundary.changesWhatIsKept {
        blows.append(Blow(fault: .backend, statement: boundary.number, side: .after))
        blows.append(Blow(fault: .server, statement: boundary.number))
        blows.append(Blow(fault: .server, statement: boundary.number, side: .after))
      }
      if boundary.beginsTransaction {
        blows += modes.map { Blow(fault: .outsider, statement: boundary.number, mode: $0) }
      }
      if boundary.isConcurrent {
        blows.append(Blow(fault: .halfway, statement: boundary.number, mode: "ROW EXCLUSIVE"))
      }
    }
    return blows + modes.map { Blow(fault: .outsiders, statement: 0, mode: $0) }
  }

  /// Gives an engine a command, and strikes it.
  ///
  /// - Parameter tables: Those that an outsider locks.
  func strike(
    _ rehearsal: Rehearsal, tables: [String], _ command: (LiveEngine) async throws -> Void
  ) async throws -> Outcome {
    let outsider = Outsider(of: rehearsal.database, tables: tables, mode: mode)
    if fault == .outsiders { return try await meetOutsiders(rehearsal, outsider, command) }
    let pending = Mutex<Task<Void, any Error>?>(nil)
    let missed = Mutex(false)
    let trap = StatementTrap(at: statement, side) { text in
      switch fault {
      case .process: throw SimulatedCrash()
      case .backend: try await rehearsal.endSessions()
      case .server: try await rehearsal.database.cluster.server.restart(.immediate)
      case .outsider:
        // A run that looks around more or less often than the first is elsewhere at this number.
        if Self.isPatient(text) { return missed.withLock { $0 = true } }
        try await outsider.come()
      case .halfway:
        // What is concurrent waits for a transaction that uses the table.
        try await outsider.come()
        let end = Task {
          try await rehearsal.database.waitUntilBlocked("rehearsal")
          try await rehearsal.endSessions()
          await outsider.leave()
        }
        pending.withLock { $0 = end }
      case .outsiders: break
      }
      if side == .after {
        let loss = ConnectionLoss(lastWords: nil, message: "the answer is lost", statement: text)
        throw PostgresError.connectionLost(loss)
      }
    } later: { text in
      if fault == .outsider, Self.isPatient(text) { await outsider.leave() }
    }
    let engine = rehearsal.engine()
    var outcome = Outcome()
    do {
      try await trap.watch { try await command(engine) }
      outcome.isDone = true
    } catch is SimulatedCrash {
    } catch EngineError.retriesSpent(_, _, _, _, let error, let blockers, _)
      where fault == .outsider
    {
      outcome.gaveWay = true
      expectNamed(error, blockers)
    } catch EngineError.notApplied(_, _, let error, let blockers) where fault == .outsider {
      outcome.gaveWay = true
      expectNamed(error, blockers)
    } catch EngineError.tablesLocked(let error, let blockers) where fault == .outsider {
      outcome.gaveWay = true
      expectNamed(error, blockers)
    } catch let error as PostgresError {
      // Before a plan is driven, and where none is, nothing tries again.
      guard fault != .process, error.isTransient else { throw error }
      #expect(fault != .outsider, "\(self): \(error)")
    }
    let end = pending.withLock { $0 }
    end?.cancel()
    _ = await end?.result
    await outsider.leave()
    await engine.disconnect()
    outcome.struck = trap.hasSprung && !missed.withLock(\.self)
    return outcome
  }

  /// Whether a statement blocks no client, so that it waits for an outsider for as long as that stays.
  private static func isPatient(_ text: String) -> Bool {
    text.contains("CONCURRENTLY") || text.hasPrefix("VACUUM")
  }

  private func expectNamed(_ error: PostgresError, _ blockers: [Blocker]) {
    #expect(error.sqlState == .lockNotAvailable, "\(self)")
    #expect(blockers.contains { $0.applicationName == Outsider.name }, "\(self)")
  }

  /// Gives an engine a command, with somebody in front of every transaction.
  private func meetOutsiders(
    _ rehearsal: Rehearsal, _ outsider: Outsider, _ command: (LiveEngine) async throws -> Void
  ) async throws -> Outcome {
    let isOpen = Mutex(false)
    let observer = StatementObserver(
      before: { text in
        guard text.hasPrefix("BEGIN") else { return }
        try await StatementObserver.$current.withValue(nil) {
          // A transaction that begins again has given way.
          let hasGivenWay = isOpen.withLock { isOpen in
            defer { isOpen = true }
            return isOpen
          }
          await outsider.leave()
          if !hasGivenWay { try await outsider.come() }
        }
      },
      after: { text in
        guard text.hasPrefix("COMMIT") else { return }
        isOpen.withLock { $0 = false }
        await outsider.leave()
      })
    let engine = rehearsal.engine()
    var outcome = Outcome(struck: true)
    do {
      try await StatementObserver.$current.withValue(observer) { try await command(engine) }
      outcome.isDone = true
    } catch EngineError.tablesLocked(let error, let blockers) {
      // What is looked at before anything is changed is looked at once.
      outcome.gaveWay = true
      expectNamed(error, blockers)
    } catch EngineError.retriesSpent(_, _, _, _, let error, let blockers, _) {
      // Between a chunk and its next attempt lie transactions of others than the chunk.
      outcome.gaveWay = true
      expectNamed(error, blockers)
    }
    await outsider.leave()
    await engine.disconnect()
    return outcome
  }
}

/// Somebody who holds a lock on tables.
final class Outsider: Sendable {
  static let name = "outsider"

  private let database: TestDatabase
  private let tables: [String]
  private let mode: String
  private let session = Mutex<PostgresConnection?>(nil)

  init(of database: TestDatabase, tables: [String], mode: String) {
    (self.database, self.tables, self.mode) = (database, tables, mode)
  }

  /// Takes the lock on those tables that are there; not where a plan holds them already.
  ///
  /// From then on the server notes in its log each wait that is much longer than any of the plan's may be.
  func come() async throws {
    let connection = try await database.connect(applicationName: Self.name)
    session.withLock { $0 = connection }
    // A session that waits for ever for the outsider would do so for long, and then be found.
    try await connection.execute("SET idle_in_transaction_session_timeout = '20s'")
    let names: [String] = try await connection.query(
      """
      SELECT name FROM unnest(\(tables)) AS name JOIN pg_class ON oid = to_regclass(name)
      WHERE relkind IN ('r', 'p')
      """
    ).map { try $0.decode(0) }
    try await connection.script("BEGIN; SET LOCAL lock_timeout = '100ms'")
    guard !names.isEmpty else { return }
    do {
      try await connection.script("LOCK TABLE \(names.joined(separator: ", ")) IN \(mode) MODE")
    } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
      await leave()
    }
  }

  func leave() async {
    let connection = session.withLock { session in
      defer { session = nil }
      return session
    }
    await connection?.close()
  }
}
