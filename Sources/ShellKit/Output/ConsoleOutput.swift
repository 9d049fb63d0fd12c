internal import Foundation
internal import Glibc
internal import LiveMigration
internal import Postgres
internal import Synchronization

/// Where everything that the shell says goes: results to one stream, the rest to the other.
///
/// It keeps a progress bar out of the way of other lines, and drops results whose reader went away. A message never waits
/// for its reader: it may come from a session in the middle of a transaction. A result does.
final class ConsoleOutput: Sendable {
  struct State: Sendable {
    var format: OutputFormat
    /// Whether results that are taller than the screen are kept for a pager.
    var keepsTallResults = false
    var tallResults = ""
    /// The reason that the command was given whose results are written.
    var givenReason: String?
    /// Whether a result was written for programs, the first of which says the version of the objects.
    var hasSaidSchema = false
    /// What stands before a command that is typed into another shell; empty at a prompt.
    var program: [String] = []
    /// The words that name plans, as far as they were looked up.
    var names: [PlanID: String] = [:]
    /// Takes all text while a line is being edited.
    var diversion: (@Sendable (String) -> Void)?
    /// Takes remarks while a log is kept.
    var log: (@Sendable (Remark) -> Void)?
  }

  /// What is said beside the results.
  enum Remark: Sendable {
    case own(String)
    case server(ServerNotice)
  }

  /// How results look, at a terminal of the size that it has now.
  var look: TextLook { TextLook(style: style, columns: size?.columns, line: line) }
  private let style: TerminalStyle
  /// How errors and progress look.
  let errorStyle: TerminalStyle
  let state: Mutex<State>
  private let writer: ConsoleWriter
  private let environment: [String: String]
  private let outputDescriptor: Int32
  private let errorDescriptor: Int32

  init(
    format: OutputFormat = .text, colour: ColourChoice = .auto, environment: [String: String] = [:],
    program: [String] = [], output: Int32 = STDOUT_FILENO, errors: Int32 = STDERR_FILENO
  ) {
    style = TerminalStyle(colour, isTerminal: isatty(output) == 1, environment: environment)
    errorStyle = TerminalStyle(colour, isTerminal: isatty(errors) == 1, environment: environment)
    (outputDescriptor, errorDescriptor) = (output, errors)
    self.environment = environment
    state = Mutex(State(format: format, program: program))
    let colours = errorStyle
    writer = ConsoleWriter(output: output, errors: errors) { count in
      colours.text("\(count) messages were left out: standard error was not read", .dim)
    }
  }

  /// How results are written.
  var format: OutputFormat {
    get { state.withLock { $0.format } }
    set { state.withLock { $0.format = newValue } }
  }

  /// How the line to type next is worded.
  var line: NextLine {
    state.withLock { NextLine(reason: $0.givenReason, names: $0.names, program: $0.program) }
  }

  /// Notes that lines are typed at a prompt of this program from now on.
  func beginPrompt() {
    state.withLock { $0.program = [] }
  }

  /// Notes a word that names a plan.
  func name(_ id: PlanID, _ word: String) {
    state.withLock { $0.names[id] = word }
  }

  /// The reason that the running command was given, which the next line repeats.
  var givenReason: String? {
    get { state.withLock { $0.givenReason } }
    set { state.withLock { $0.givenReason = newValue } }
  }

  /// A Boolean value telling whether the reader of the results went away.
  var isClosed: Bool { writer.isClosed }

  /// Why results could not be written, when that was not for want of a reader.
  var failure: String? { writer.failure.map { unsafe String(cString: strerror($0)) } }

  /// The size of the terminal that results go to, as it is now.
  var size: TerminalSize? { TerminalSize.of(outputDescriptor, environment: environment) }

  /// The size of the terminal that progress is drawn on, as it is now.
  var errorSize: TerminalSize? { TerminalSize.of(errorDescriptor, environment: environment) }

  /// Writes a result.
  func report(_ report: some Report) {
    switch format {
    case .text:
      let text = report.text(look)
      if !keep(text) { write(text) }
    case .json: for object in report.objects { write(withSchema(object).json + "\n") }
    }
  }

  /// The version of the objects; it grows when a key goes or changes its meaning.
  static let schema = 1

  /// The first result names the version of the objects.
  private func withSchema(_ object: OutputValue) -> OutputValue {
    let isFirst = state.withLock { state in
      defer { state.hasSaidSchema = true }
      return !state.hasSaidSchema
    }
    guard isFirst, case .object(let members) = object else { return object }
    return .object(members.merging(["schema": .int(Self.schema)]) { $1 })
  }

  /// Writes text that is a result as it is, such as help.
  func write(_ text: String) {
    guard !text.isEmpty else { return }
    let isDiverted = state.withLock { state in
      if let diversion = state.diversion {
        diversion(text.withoutLastLineEnd)
        return true
      }
      writer.enqueue(.result(text))
      return false
    }
    if !isDiverted { writer.flush() }
  }

  /// Writes a line that is no result; passwords in it are masked, wherever they come from.
  ///
  /// Signs keep their columns, because a line may point at a place of the one above.
  ///
  /// - Parameter mayBeLost: Whether it may be left out when too many wait for a reader.
  func message(_ text: String, mayBeLost: Bool = true) {
    let text = Masking.shown(text, keepingColumns: true)
    write(message: text, mayBeLost)
  }

  private func write(message text: String, _ mayBeLost: Bool) {
    state.withLock { state in
      if let diversion = state.diversion { return diversion(text) }
      writer.enqueue(.message(text, mayBeLost: mayBeLost))
    }
  }

  /// Writes an object that is no result, masked likewise, with the time.
  func message(_ object: OutputValue, mayBeLost: Bool = true) {
    var object = object.masked
    if case .object(let members) = object {
      object = .object(["time": .time(Date())].merging(members) { $1 })
    }
    write(message: object.json, mayBeLost)
  }

  /// Waits until everything that was said so far is written.
  ///
  /// - Returns: False when that took longer than `limit`.
  @discardableResult
  func flush(atMost limit: Duration? = nil) -> Bool { writer.flush(atMost: limit) }

  /// Waits likewise, without a thread.
  func flushed() async { await writer.flushed() }

  /// Gives remarks to a log from now on, whose lines have a time and a form of their own; `nil` ends it.
  func giveRemarks(to log: (@Sendable (Remark) -> Void)?) {
    state.withLock { $0.log = log }
  }

  /// Writes a remark: text or, for programs, an object.
  func notice(_ text: String, event: String = "notice") {
    if let log = state.withLock({ $0.log }) { return log(.own(text)) }
    switch format {
    case .text: message(Sanitised.block(text))
    case .json: message(.object(["event": .string(event), "message": .string(text)]))
    }
  }

  /// Writes what the server said beside a result.
  func serverNotice(_ notice: ServerNotice) {
    if let log = state.withLock({ $0.log }) { return log(.server(notice)) }
    switch format {
    case .text: self.notice(notice.description)
    case .json:
      message([
        "event": "server_notice", "severity": .string(notice.severity),
        "sqlstate": .string(notice.sqlState.rawValue), "message": .string(notice.message),
        "detail": .text(notice.detail), "hint": .text(notice.hint),
      ])
    }
  }

  /// Draws lines that stand below everything else until they are replaced; `[]` takes them away.
  func stand(_ lines: [String]) {
    state.withLock { state in
      // The line that is being edited stands there.
      guard state.diversion == nil else { return }
      writer.enqueue(.standing(lines.map { Masking.shown($0, keepingColumns: true) }))
    }
  }

  /// Leaves the standing lines where they are, because something was typed behind them.
  func release() {
    writer.enqueue(.release)
  }
}
