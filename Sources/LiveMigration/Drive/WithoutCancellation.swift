/// Finishes what must be finished although the task was cancelled, or is cancelled meanwhile.
func withoutCancellation<Result: Sendable>(
  _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await Task { try await body() }.value
}

/// The same for what does not fail.
func withoutCancellation<Result: Sendable>(
  _ body: @escaping @Sendable () async -> Result
) async -> Result {
  await Task { await body() }.value
}
