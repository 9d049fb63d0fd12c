internal import Glibc
internal import Synchronization

/// What came of asking for a line.
enum LineEvent: Hashable, Sendable {
  /// A line; pasted text may have put newlines into it.
  case line(String)
  /// Ctrl-C: the line is dropped.
  case interrupted
  /// Ctrl-D on an empty line, or the terminal is gone.
  case endOfInput
}

/// Reads lines from a person at a terminal.
///
/// It edits with libedit where the terminal can move its cursor, and leaves editing to the kernel
/// where not. Each line is read on a thread of its own; the terminal has its own modes back
/// whenever no line is being read.
final class LineEditor: Sendable {
  struct Configuration: Sendable {
    /// The terminal, as two descriptors that the caller keeps open.
    var input = STDIN_FILENO
    var output = STDOUT_FILENO
    /// The terminal's kind, the value of `TERM`.
    var term = ""
    /// A Boolean value telling whether the user's `.editrc` counts.
    var readsUserBindings = true
    /// The file that keeps lines for later sessions; `nil` keeps them in memory only.
    var historyFile: String?
    /// What can stand at the cursor; two seconds at most are waited for it.
    var complete: CompletionProvider?
    /// Called on the editor's thread when the watched descriptor has something to read.
    var onIdleReadable: (@Sendable () -> Void)?
  }

  private let mailbox: EditorMailbox
  private let reader: Mutex<any LineReader>

  init(_ configuration: Configuration) throws {
    let mailbox = try EditorMailbox()
    let input = try TerminalInput(configuration, mailbox: mailbox)
    self.mailbox = mailbox
    let isDumb = configuration.term.isEmpty || configuration.term == "dumb"
    reader =
      isDumb
      ? Mutex(PlainLineReader(configuration, input: input))
      : Mutex(try EditingLineReader(configuration, input: input))
  }

  /// Reads one line.
  ///
  /// - Parameter prompt: One line of text; it may be coloured.
  func readLine(prompt: String) async throws -> LineEvent {
    mailbox.begin()
    return try await withTaskCancellationHandler {
      try await DetachedThread.run(name: "prompt") {
        self.reader.withLock { reader in Result { try reader.read(prompt: prompt) } }
      }.get()
    } onCancel: {
      mailbox.update { $0.isCancelled = true }
    }
  }

  /// Prints a message above the line that is being edited, or above the next one.
  func show(_ message: String) {
    mailbox.update { $0.messages.append(message) }
  }

  /// Changes the prompt of the line that is being edited.
  func changePrompt(to prompt: String) {
    mailbox.update { $0.prompt = prompt }
  }

  /// Drops the line that is being edited, as Ctrl-C does.
  func interrupt() {
    mailbox.update { $0.isInterrupted = true }
  }

  /// Watches a descriptor while a line is being edited; `nil` watches none.
  ///
  /// `onIdleReadable` is called once; then the descriptor is left alone until it is handed in
  /// again, so that there is time to read it.
  func watch(_ descriptor: Int32?) {
    mailbox.update { $0.watched = descriptor }
  }
}

/// One way of reading a line; used by one thread at a time.
protocol LineReader {
  func read(prompt: String) throws -> LineEvent
}
