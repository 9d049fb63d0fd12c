internal import Postgres

/// Clients that change single rows all the while, and how long each of their statements took.
struct Writers: Sendable {
  private let tasks: [Task<[Duration], any Error>]

  init(
    _ count: Int, rows: Int, connect: @escaping @Sendable () async throws -> PostgresConnection
  ) {
    tasks = (0..<count).map { _ in
      Task.detached { try await Self.write(rows: rows, connection: connect()) }
    }
  }

  /// Stops them; returns what 99 of 100 statements stayed below, in milliseconds.
  func stop() async throws -> Double {
    tasks.forEach { $0.cancel() }
    var waits: [Duration] = []
    for task in tasks { waits += try await task.value }
    waits.sort()
    guard !waits.isEmpty else { return 0 }
    return waits[min(waits.count - 1, waits.count * 99 / 100)] / .milliseconds(1)
  }

  private static func write(rows: Int, connection: PostgresConnection) async throws -> [Duration] {
    var waits: [Duration] = []
    do {
      while !Task.isCancelled {
        let begin = ContinuousClock.now
        let number = Int32.random(in: 1...Int32(rows))
        try await connection.execute(
          """
          UPDATE entry SET note = 'changed' WHERE id = (SELECT id FROM keys WHERE number = \(number))
          """, prepare: true)
        waits.append(ContinuousClock.now - begin)
        // A client thinks between two requests.
        try await Task.sleep(for: .milliseconds(4))
      }
    } catch is CancellationError {
      // Asked to stop.
    }
    await connection.close()
    return waits
  }
}
