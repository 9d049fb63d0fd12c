internal import Synchronization

/// What other threads want of the one that reads a line.
final class EditorMailbox: Sendable {
  struct Contents: Sendable {
    /// To be printed above the line.
    var messages: [String] = []
    /// A new prompt for the line.
    var prompt: String?
    var isInterrupted = false
    var isCancelled = false
    /// The descriptor to watch; taken out when it has become readable.
    var watched: Int32?

    fileprivate var isEmpty: Bool {
      messages.isEmpty && prompt == nil && !isInterrupted && !isCancelled
    }
  }

  private let contents = Mutex(Contents())
  private let bell: Bell

  /// What to wait for.
  var descriptor: Int32 { bell.descriptor }

  init() throws(TerminalError) {
    bell = try Bell()
  }

  /// Forgets what was meant for the line before: a stale Ctrl-C must not drop the next line.
  func begin() {
    contents.withLock {
      $0.isInterrupted = false
      $0.isCancelled = false
      $0.prompt = nil
    }
    bell.ring()
  }

  /// Changes what is wanted and wakes the reader.
  func update(_ change: (inout Contents) -> Void) {
    contents.withLock { change(&$0) }
    bell.ring()
  }

  /// Takes everything out but the watched descriptor; `nil` when there is nothing.
  func take() -> Contents? {
    bell.silence()
    return contents.withLock { contents in
      guard !contents.isEmpty else { return nil }
      let taken = contents
      contents = Contents(watched: taken.watched)
      return taken
    }
  }

  var watched: Int32? { contents.withLock { $0.watched } }

  /// Stops watching a descriptor; false when somebody did so before.
  func unwatch(_ descriptor: Int32) -> Bool {
    contents.withLock { contents in
      guard contents.watched == descriptor else { return false }
      contents.watched = nil
      return true
    }
  }
}
