internal import Postgres

/// A session that feels what a client feels: while clients are at work it commits a tiny statement now and then, beside
/// the backfill, and from time to time while that rests.
///
/// The statement locks the plan's own row as a foreign key would: it writes a few bytes of WAL and waits for them to
/// be stored, needs no table of the application, keeps no writer out, and is nothing that a replication slot decodes.
struct Canary: Sendable {
  let runner: PlanRunner
  let board: BackfillBoard

  /// Between two statements.
  private static let gap: Duration = .milliseconds(10)
  /// The statements of a measurement.
  private static let count = 12
  /// For how long the value of a rest holds.
  private static let idleHolds: Duration = .seconds(30)
  /// After something went wrong.
  private static let retry: Duration = .seconds(10)

  /// Measures until its task is cancelled.
  ///
  /// Without a session for it the backfill goes on with short work between its naps.
  func run() async {
    var isSaid = false
    while !Task.isCancelled {
      do {
        if isWanted { try await measure() }
        try await Task.sleep(for: .milliseconds(100))
      } catch {
        board.endCanary()
        if error is CancellationError { return }
        if !isSaid {
          runner.onEvent(
            .notice(runner.id, "what clients feel is not measured, so naps stay short: \(error)"))
        }
        isSaid = true
        try? await Task.sleep(for: Self.retry)
      }
    }
  }

  private var isWanted: Bool { board.with { $0.yields } }

  private func measure() async throws {
    let connection = try await runner.session.another()
    do {
      try await connection.settle(runner.settings)
      try await connection.script("SET lock_timeout = '100ms'; SET statement_timeout = '5s'")
      try await measure(on: connection)
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
    board.endCanary()
  }

  private func measure(on connection: PostgresConnection) async throws {
    var nextRest = ContinuousClock.now
    while isWanted {
      if ContinuousClock.now >= nextRest {
        try await rest(on: connection)
        nextRest = .now + Self.idleHolds
      }
      let seconds = try await statement(on: connection)
      board.with { state in
        state.slowdown.works(seconds, limit: state.settings.clientSlowdown)
        state.progress.clientSlowdown = state.slowdown.ratio
        state.progress.easedFor = state.easedFor
      }
    }
  }

  /// Measures while the backfill's sessions hold still.
  private func rest(on connection: PostgresConnection) async throws {
    board.with { $0.rests = true }
    defer { board.with { $0.rests = false } }
    while board.with({ $0.chunks > 0 }) { try await Task.sleep(for: .milliseconds(2)) }
    // The first statement of a session is slower than the others.
    _ = try await once(on: connection)
    let seconds = try await statement(on: connection)
    board.with { $0.slowdown.rests(seconds) }
  }

  /// What the statement takes, in the mean; one that the system held up by itself counts for nothing.
  private func statement(on connection: PostgresConnection) async throws -> Double {
    var seconds: [Double] = []
    for _ in 0..<Self.count {
      seconds.append(try await once(on: connection))
      try await Task.sleep(for: Self.gap)
    }
    return seconds.sorted().dropLast().reduce(0, +) / Double(Self.count - 1)
  }

  private func once(on connection: PostgresConnection) async throws -> Double {
    let start = ContinuousClock.now
    do {
      try await runner.ledger.touch(runner.id, on: connection)
    } catch let error as PostgresError where error.isLockConflict {
      // Another session has the plan's row, as an operator who tunes it: a client would not feel that.
    }
    return (ContinuousClock.now - start).seconds
  }
}
