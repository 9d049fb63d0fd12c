import Postgres
import Synchronization
import TestSupport

/// Clients that write to the tables of a promise, and the same to their mirrors in the same transaction.
///
/// Whatever the plan does, the mirrors say at the end what the rows must be.
final class BusyClients: Sendable {
  private struct State: Sendable {
    var statements = 0
    var errors: [String] = []
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  static let count = 2

  private let state = Mutex(State())
  private let tasks = Mutex<[Task<Void, Never>]>([])

  /// Starts clients, each with a session of its own.
  init(_ promise: Promise, of database: TestDatabase) {
    guard !promise.clients.isEmpty else { return }
    for number in 0..<Self.count {
      let task = Task { await self.write(promise, number, database) }
      tasks.withLock { $0.append(task) }
    }
  }

  private func write(_ promise: Promise, _ number: Int, _ database: TestDatabase) async {
    var generator = SeededGenerator(promise.seed &+ UInt64(number))
    var next = promise.clients.map { $0.keys.upperBound + Self.count }
      .map { $0 - $0 % Self.count + number }
    do {
      let connection = try await database.connect(applicationName: "client")
      while !Task.isCancelled {
        let choice = Int.random(in: promise.clients.indices, using: &generator)
        let sql = promise.clients[choice].statements(
          client: number, of: Self.count, new: next[choice], &generator)
        if sql.hasPrefix("INSERT") { next[choice] += Self.count }
        do {
          try await connection.script(sql)
        } catch let error as PostgresError {
          state.withLock { $0.errors.append("\(error) in \(sql)") }
        }
        tellWaiting()
        try await Task.sleep(for: .milliseconds(1))
      }
      await connection.close()
    } catch is CancellationError {
      // Asked to stop; the statements under way were rolled back on both tables.
    } catch {
      state.withLock { $0.errors.append("\(error)") }
    }
    tellWaiting()
  }

  private func tellWaiting() {
    let waiting = state.withLock { state in
      state.statements += 1
      defer { state.waiting = [] }
      return state.waiting
    }
    waiting.forEach { $0.resume() }
  }

  /// Lets the clients do one more statement, or waits a moment where they cannot.
  func breathe() async {
    guard !tasks.withLock({ $0.isEmpty }) else { return }
    await withCheckedContinuation { continuation in
      state.withLock { $0.waiting.append(continuation) }
      // Where the plan holds the table's lock, no client gets on.
      Task {
        try? await Task.sleep(for: .milliseconds(4))
        self.tellTimer()
      }
    }
  }

  private func tellTimer() {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    waiting.forEach { $0.resume() }
  }

  /// How many statements there were.
  var statements: Int { state.withLock { $0.statements } }

  /// Stops the clients, waits for their end, and returns every error that one of them saw.
  @discardableResult
  func stop() async -> [String] {
    let tasks = tasks.withLock { tasks in
      defer { tasks = [] }
      return tasks
    }
    tasks.forEach { $0.cancel() }
    for task in tasks { await task.value }
    return state.withLock { $0.errors }
  }
}
