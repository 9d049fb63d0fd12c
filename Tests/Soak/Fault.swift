internal import LiveMigration
internal import Postgres
internal import PrivateServer
internal import Rehearsals

/// What can strike while a command is at work.
enum Fault: String, CaseIterable, Sendable {
  case programGone = "program gone"
  case backendTerminated = "backend terminated"
  case serverStopped = "server stopped"
  case lockHeld = "lock held"
  case planFileRefused = "plan file refused"
  case stopRequested = "stop requested"

  /// Those that can strike while plans are made, and while they are driven.
  static let whilePlanning: [Fault] = [
    .programGone, .backendTerminated, .serverStopped, .lockHeld, .planFileRefused,
  ]
  static let whileDriving: [Fault] = [
    .programGone, .programGone, .backendTerminated, .backendTerminated, .serverStopped, .lockHeld,
    .lockHeld, .stopRequested,
  ]
}

/// One blow: a fault together with when and how it strikes.
struct Blow: Sendable {
  let fault: Fault
  let round: Round
  /// The statement at which it strikes.
  let statement: Int
  let side: StatementTrap.Side
  /// When it strikes instead; `nil` for at the statement.
  let delay: Duration?
  let alsoClients: Bool
  let lock: (table: String, mode: String)

  init(_ fault: Fault, _ round: Round) {
    let random = round.random
    self.fault = fault
    self.round = round
    statement = random.int(below: random.chance(50) ? 25 : 120)
    side = random.pick(StatementTrap.Side.allCases)
    let isTimed = random.chance(40) || fault == .stopRequested
    delay = isTimed ? .milliseconds(random.int(below: random.pick([40, 250, 900]))) : nil
    alsoClients = random.chance(30)
    lock = (
      random.pick(round.scenario.lockable),
      random.pick(["ACCESS EXCLUSIVE", "SHARE", "ACCESS SHARE"])
    )
  }

  /// Runs a command with the fault under way; throws what the command throws.
  func strike<Result: Sendable>(
    _ command: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    switch fault {
    case .programGone: return try await trapped(command) { throw SimulatedCrash() }
    case .backendTerminated: return try await atSomeTime(command) { try await terminate() }
    case .serverStopped: return try await atSomeTime(command) { try await restart() }
    case .stopRequested: return try await atSomeTime(command) {}
    case .lockHeld: return try await Outsider(lock.table, lock.mode, round).whileHolding(command)
    case .planFileRefused:
      round.tally.count("faults", fault.rawValue)
      return try await round.workspace.refusingPlanFiles { try await command() }
    }
  }

  /// At a statement.
  private func trapped<Result: Sendable>(
    _ command: @escaping @Sendable () async throws -> Result,
    _ act: @escaping @Sendable () async throws -> Void
  ) async throws -> Result {
    let trap = StatementTrap(at: statement, side) { text in
      round.note("\(fault.rawValue) \(side) statement \(statement): \(text.prefix(60))")
      round.tally.count("faults", fault.rawValue)
      try await act()
    }
    defer { round.tally.add(statements: trap.count) }
    return try await trap.watch(command)
  }

  /// At a statement, or some time after the beginning.
  private func atSomeTime<Result: Sendable>(
    _ command: @escaping @Sendable () async throws -> Result,
    _ act: @escaping @Sendable () async throws -> Void
  ) async throws -> Result {
    guard let delay else { return try await trapped(command, act) }
    let trap = StatementTrap()
    let work = Task { try await trap.watch(command) }
    let timer = Task {
      try await Task.sleep(for: delay)
      round.note("\(fault.rawValue) after \(delay)")
      round.tally.count("faults", fault.rawValue)
      if fault == .stopRequested { work.cancel() } else { try await act() }
    }
    let result = await work.result
    timer.cancel()
    // What was begun is brought to its end: a server that is stopping is started again.
    if case .failure(let error) = await timer.result, !(error is CancellationError) { throw error }
    round.tally.add(statements: trap.count)
    return try result.get()
  }

  private func terminate() async throws {
    if alsoClients { round.clients?.beginOutage() }
    defer { if alsoClients { round.clients?.endOutage() } }
    let names = alsoClients ? [Round.engineName, Round.clientName] : [Round.engineName]
    let database = round.database
    let laboratory = round.laboratory
    // A task of its own: a blow that has begun falls.
    try await Task {
      let admin = try await laboratory.connect()
      try await admin.execute(
        """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = \(database) AND application_name = ANY (\(names))
        """)
      await admin.close()
    }.value
  }

  private func restart() async throws {
    round.clients?.beginOutage()
    // A task of its own: once begun, no cancellation leaves the server stopped.
    let server = round.laboratory.server
    let restart = await Task { try await server.restart(.immediate) }.result
    round.clients?.endOutage()
    try restart.get()
  }
}

/// Somebody who holds a lock on a table, longer than any command tries.
struct Outsider: Sendable {
  static let name = "outsider"
  private let table: String
  private let mode: String
  private let round: Round

  init(_ table: String, _ mode: String, _ round: Round) {
    self.table = table
    self.mode = mode
    self.round = round
  }

  /// Runs a command while the lock is held; at some time the outsider leaves, so that what waits patiently goes on.
  func whileHolding<Result: Sendable>(
    _ command: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    // A table may be gone by now, and a client that only reads waits for no one.
    let session = try await round.laboratory.connect(to: round.database, as: Self.name)
    if mode != "ACCESS SHARE" { round.clients?.beginDisturbance() }
    defer { if mode != "ACCESS SHARE" { round.clients?.endDisturbance() } }
    do {
      try await session.script(
        "BEGIN; SET LOCAL lock_timeout = '10s'; LOCK TABLE \(table) IN \(mode) MODE")
    } catch let error as PostgresError where error.sqlState == .undefinedTable {
      await session.close()
      return try await command()
    }
    round.note("\(Self.name) holds \(mode) on \(table)")
    round.tally.count("faults", "\(Fault.lockHeld.rawValue) (\(mode.lowercased()))")
    let trap = StatementTrap()
    let work = Task { try await trap.watch(command) }
    let patience = Task {
      try await Task.sleep(for: .seconds(5))
      round.note("\(Self.name) leaves")
      round.outsiderLeft()
      await session.close()
    }
    let result = await work.result
    patience.cancel()
    _ = await patience.result
    await session.close()
    round.tally.add(statements: trap.count)
    return try result.get()
  }
}
