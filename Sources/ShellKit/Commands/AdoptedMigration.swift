internal import LiveMigration
internal import Synchronization

/// A migration as it was typed: a version, a file, or nothing.
struct AdoptedMigration: Sendable {
  private let word: String?
  private let app: String?
  private let engine: LiveEngine
  private let session: ShellSession

  init(_ word: String?, _ app: String?, _ engine: LiveEngine, _ session: ShellSession) {
    self.word = word
    self.app = app
    self.engine = engine
    self.session = session
  }

  /// Runs a command on the migration; a copy that was made for it is taken away again when the command fails.
  ///
  /// - Parameters:
  ///   - keeps: Whether a copy stays although the command failed so.
  ///   - body: The command; returns whether a copy is of any use after it.
  func use(
    keeping keeps: (any Error) -> Bool = { _ in false },
    _ body: (_ version: String?, _ app: String?) async throws -> Bool
  ) async throws {
    guard let word, AdoptedFile.isNamed(by: word) else {
      _ = try await body(word, app)
      return
    }
    let adopted = try await engine.adopt(word, app: app)
    if let copy = adopted.copy { session.output.notice("\(word) is copied to \(copy)") }
    do {
      if try await body(adopted.version, adopted.appLabel) { return }
    } catch {
      if !keeps(error) { await forget(adopted) }
      throw error
    }
    await forget(adopted)
  }

  private func forget(_ adopted: AdoptedFile) async {
    guard let copy = adopted.copy else { return }
    let isGone = await engine.forget(adopted)
    session.output.notice(
      isGone ? "\(copy) is taken away again" : "\(copy) stays, and is the file's migration")
  }
}

/// A count that a closure adds to.
final class Counter: Sendable {
  private let count = Mutex(0)

  /// How often it was added to.
  var value: Int { count.withLock { $0 } }

  /// Adds one.
  func add() { count.withLock { $0 += 1 } }
}
