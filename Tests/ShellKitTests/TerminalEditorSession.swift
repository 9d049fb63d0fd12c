import Glibc
import TestSupport
import Testing

@testable import ShellKit

/// The tests that edit with libedit, one at a time: the terminal library below it knows one
/// terminal a process.
@Suite(.serialized, .timeLimit(.minutes(2)))
enum TerminalEditing {}

/// An editor at a terminal of its own, both in the test's process.
struct TerminalEditorSession {
  let terminal: PseudoTerminal
  let editor: LineEditor

  init(
    columns: Int = 60, rows: Int = 12, term: String = "xterm", history: String? = nil,
    complete: CompletionProvider? = nil, onIdleReadable: (@Sendable () -> Void)? = nil
  ) throws {
    terminal = try PseudoTerminal(columns: columns, rows: rows)
    var configuration = LineEditor.Configuration()
    configuration.input = terminal.slave
    configuration.output = terminal.slave
    configuration.term = term
    configuration.readsUserBindings = false
    configuration.historyFile = history
    configuration.complete = complete
    configuration.onIdleReadable = onIdleReadable
    editor = try LineEditor(configuration)
  }

  /// Asks for a line, types `keys` once the prompt is there, and returns what came.
  func line(_ keys: String, prompt: String = "> ") async throws -> LineEvent {
    try await edit(prompt: prompt) { $0.send(keys) }
  }

  /// Asks for a line and works at the terminal meanwhile.
  func edit(
    prompt: String = "> ", _ work: (PseudoTerminal) async throws -> Void
  ) async throws -> LineEvent {
    let editor = editor
    async let event = editor.readLine(prompt: prompt)
    try await terminal.wait("the editor") { _ in isEditing }
    try await work(terminal)
    return try await event
  }

  /// Whether the terminal's modes are changed, which is when keys are the editor's and not the
  /// kernel's.
  private var isEditing: Bool { modes.c_lflag & tcflag_t(ISIG) == 0 }

  var modes: termios {
    var modes = termios()
    tcgetattr(terminal.slave, &modes)
    return modes
  }
}
