internal import LiveMigration
internal import Postgres
internal import Synchronization

/// Notices while a line is being edited that the session with the server is over.
final class IdleWatch: Sendable {
  private struct State: Sendable {
    var editor: LineEditor?
    /// The server process whose end was told.
    var told: Int32?
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
    guard let editor = state.withLock({ $0.editor }),
      let connection = await session.openEngine()?.connectionIfOpen
    else { return }
    if case .ended(let error) = await connection.checkIdle() {
      editor.watch(nil)
      await tell(error, connection.info.backendPID)
      editor.changePrompt(to: await session.promptText)
    } else {
      editor.watch(connection.socketDescriptor)
    }
  }

  /// Takes it that the end of the session was told as a command's error.
  func noteEnd() async {
    guard let connection = await session.openEngine()?.connectionIfOpen else { return }
    if await !connection.isAlive { isNew(connection.info.backendPID) }
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
