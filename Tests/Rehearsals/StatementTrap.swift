import Postgres
import Synchronization

/// The program is gone: nothing more is sent, and the server ends its session.
package struct SimulatedCrash: Error {
  package init() {}
}

/// Counts the statements that tasks send, and does something once, at one of them.
package final class StatementTrap: Sendable {
  /// On which side of the statement: it has not been sent yet, or it has been answered.
  package enum Side: Sendable, CaseIterable { case before, after }

  private struct State: Sendable {
    var count = 0
    var hasSprung = false
    var isDead = false
  }

  private let state = Mutex(State())
  private let number: Int?
  private let side: Side
  private let strike: @Sendable (String) async throws -> Void
  private let later: @Sendable (String) async throws -> Void

  /// Sets a trap.
  ///
  /// - Parameters:
  ///   - number: The statement's number, counted from 0; `nil` to count only.
  ///   - strike: What is done; once it has thrown `SimulatedCrash`, every later statement throws that too.
  ///   - later: Called before each statement that comes after.
  package init(
    at number: Int? = nil, _ side: Side = .before,
    strike: @escaping @Sendable (String) async throws -> Void = { _ in },
    later: @escaping @Sendable (String) async throws -> Void = { _ in }
  ) {
    self.number = number
    self.side = side
    self.strike = strike
    self.later = later
  }

  /// How many statements were sent.
  package var count: Int { state.withLock { $0.count } }

  /// Whether it happened.
  package var hasSprung: Bool { state.withLock { $0.hasSprung } }

  /// Runs `body` with its statements watched.
  package func watch<Result>(_ body: () async throws -> Result) async throws -> Result {
    let observer = StatementObserver(
      before: { text in
        let (isHere, isLater) = try self.state.withLock { state in
          if state.isDead { throw SimulatedCrash() }
          defer { state.count += 1 }
          return (self.side == .before && state.count == self.number, state.hasSprung)
        }
        if isLater { try await self.later(text) }
        if isHere { try await self.spring(text) }
      },
      after: { text in
        let isHere = self.state.withLock { state in
          self.side == .after && !state.hasSprung && state.count - 1 == self.number
        }
        if isHere { try await self.spring(text) }
      })
    return try await StatementObserver.$current.withValue(observer) { try await body() }
  }

  private func spring(_ text: String) async throws {
    state.withLock { $0.hasSprung = true }
    do {
      try await StatementObserver.$current.withValue(nil) { try await strike(text) }
    } catch let crash as SimulatedCrash {
      state.withLock { $0.isDead = true }
      throw crash
    }
  }
}
