internal import Postgres

/// Tells who is in the way of work that waits for older transactions without a limit.
struct ConcurrentWait: Sendable {
  let session: EngineSession
  /// The server process that does the work.
  let process: Int32
  let tell: @Sendable (String) -> Void

  private static let interval = Duration.seconds(1)

  /// Runs `body`, and tells each time that others are in its way.
  func watching<Result: Sendable>(
    _ body: () async throws -> Result
  ) async throws -> Result {
    let watch = Task { try await look() }
    defer { watch.cancel() }
    return try await body()
  }

  private func look() async throws {
    try await Task.sleep(for: Self.interval)
    let connection = try await session.another()
    do {
      var last: [Int] = []
      while !Task.isCancelled {
        let blockers = try await Blockers.of(process: process, on: connection)
        if !blockers.isEmpty, blockers.map(\.pid) != last {
          tell(blockers.map(\.description).joined(separator: "; "))
        }
        last = blockers.map(\.pid)
        try await Task.sleep(for: Self.interval)
      }
    } catch {
      // The session that does the work learns itself what goes wrong with it.
    }
    await connection.close()
  }
}
