import Foundation
public import Testing

/// Gives each test, and each case of a parameterised one, a database of its own.
public struct DatabaseTrait: SuiteTrait, TestTrait, TestScoping {
  /// The tests of a suite inherit it.
  public var isRecursive: Bool { true }

  /// Applies to cases, not to suites.
  public func scopeProvider(for test: Test, testCase: Test.Case?) -> DatabaseTrait? {
    testCase == nil ? nil : self
  }

  /// Runs a case with its database.
  public func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @Sendable @concurrent () async throws -> Void
  ) async throws {
    let cluster = try await TestCluster.shared
    try await Permits.shared.withPermit {
      try await TestDatabase.scope(on: cluster, function)
    }
  }
}

extension Trait where Self == DatabaseTrait {
  /// A database of each test's own, in `TestDatabase.current`.
  public static var database: DatabaseTrait { DatabaseTrait() }
}

/// Keeps the number of tests that use the server at a time in proportion to the machine.
private actor Permits {
  static let shared = Permits(ProcessInfo.processInfo.activeProcessorCount * 4)

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) {
    free = count
  }

  nonisolated func withPermit(_ body: @Sendable () async throws -> Void) async throws {
    await take()
    do { try await body() } catch {
      await give()
      throw error
    }
    await give()
  }

  private func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func give() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
