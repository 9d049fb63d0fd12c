internal import LiveMigration
internal import Postgres
internal import Synchronization

/// Notices while a line is being edited that the session with the server is over.
final class IdleWatch: Sendable {
  private struct State: Sendable {
    var editor: LineEditor?
    /// The server process whose end was told.
    var told: Int32?
    /// Whether the prompt shows the mark of a lost session.
    var isMarked = false
  }

  private let session: ShellSession
  private let state = Mutex(State())

  init(session: ShellSession) {
    self.session = session
  }

  /// Sets where to tell; the editor needs this object before it is made itself.
  func attach(_ editor: LineEditor) {
    state.withLock { $0.editor = editor }
  }

  /// Looks at the session now, and whenever the server sends something from now on.
  func look() async {
    // A command that was given up still has the session: a question would wait for it.
    guard await session.heldPlans.isEmpty, let editor = state.withLock({ $0.editor }),
      let connection = await session.openEngine()?.connectionIfOpen
    else { return }
    if case .ended(let error) = await connection.checkIdle() {
      editor.watch(nil)
      await tell(error, connection.info.backendPID)
      mark(true)
      editor.changePrompt(to: await session.promptText)
    } else {
      editor.watch(connection.socketDescriptor)
      // A look-up for completion has opened another session.
      if mark(false) { editor.changePrompt(to: await session.promptText) }
    }
  }

  /// Takes it that the end of the session was told as a command's error.
  func noteEnd() async {
    guard let connection = await session.openEngine()?.connectionIfOpen else { return }
    if connection.socketDescriptor == nil { isNew(connection.info.backendPID) }
  }

  /// Notes whether the prompt shows the mark; returns whether it did before.
  @discardableResult
  private func mark(_ isMarked: Bool) -> Bool {
    state.withLock { state in
      defer { state.isMarked = isMarked }
      return state.isMarked
    }
  }

  @discardableResult
  private func isNew(_ process: Int32) -> Bool {
    state.withLock { state in
      defer { state.told = process }
      return state.told != process
    }
  }

  private func tell(_ error: PostgresError, _ process: Int32) async {
    guard isNew(process) else { return }
    let held = await session.heldPlans
    let loss =
      held.isEmpty
      ? "nothing was running"
      : "the lock on \(held.map { "plan \($0)" }.joined(separator: ", ")) went with it"
    session.output.notice(
      "the session with the server is over: \(Self.reason(error)); \(loss). "
        + "The next command connects again; none is run again by itself.",
      event: "connection_lost")
  }

  /// The server's last words, or what the system said.
  private static func reason(_ error: PostgresError) -> String {
    guard case .connectionLost(let loss) = error else { return error.description }
    if let words = loss.lastWords { return words.message }
    return loss.message.isEmpty ? "the connection was cut" : loss.message
  }
}
