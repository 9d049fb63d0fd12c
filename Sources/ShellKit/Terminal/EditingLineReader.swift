internal import CTerminal
internal import Glibc

/// Reads lines with libedit.
///
/// libedit asks for one character at a time; whatever else happens meanwhile is dealt with before it gets one.
final class EditingLineReader: LineReader {
  let edit: EditLine
  let input: TerminalInput
  let complete: CompletionProvider?
  var history: CommandHistory
  /// Where the arrow keys are in the history.
  var recall: HistoryRecall?
  private let output: Int32
  private var decoder = ScalarDecoder()
  private var prompt = PromptText("")
  private var promptBytes: UnsafeMutablePointer<CChar>?
  private var modes: TerminalModes?
  /// How reading ended when it was not libedit that ended it.
  private var ending: Ending?

  private enum Ending {
    case interrupted
    case cancelled
    case end
  }

  static let historyLimit = 10_000
  private static let beginPasting = "\u{1B}[?2004h"
  private static let endPasting = "\u{1B}[?2004l"

  init(_ configuration: LineEditor.Configuration, input: TerminalInput) throws {
    self.input = input
    complete = configuration.complete
    output = configuration.output
    ct_use_utf8()
    edit = try EditLine(
      input: configuration.input, output: configuration.output, term: configuration.term,
      historyLimit: Int32(Self.historyLimit))
    history = CommandHistory(path: configuration.historyFile)
    history.entries.suffix(Self.historyLimit).forEach(edit.remember)
    EditorKeys.addFunctions(to: edit)
    if configuration.readsUserBindings { edit.readUserBindings() }
    EditorKeys.bind(in: edit)
    edit.connect(
      to: self,
      reader: { editor, character in
        EditingLineReader.owner(of: editor).readCharacter(into: character)
      },
      prompt: { editor in EditingLineReader.owner(of: editor).promptBytes },
      literalMark: CChar(PromptText.literalMark.asciiValue ?? 1))
  }

  deinit {
    free(promptBytes)
  }

  /// The reader that libedit works for.
  static func owner(of editor: OpaquePointer?) -> EditingLineReader {
    guard let owner = ct_el_get_owner(editor) else { preconditionFailure("libedit has no owner") }
    return Unmanaged<EditingLineReader>.fromOpaque(owner).takeUnretainedValue()
  }

  func read(prompt: String) throws -> LineEvent {
    ct_use_utf8()
    setPrompt(prompt)
    history.refresh().forEach(edit.remember)
    (recall, ending, decoder) = (nil, nil, ScalarDecoder())
    modes = TerminalModes(keeping: input.descriptor, farewell: Self.endPasting)
    edit.resize()
    edit.write(Self.beginPasting)
    let line = edit.readLine()
    edit.write(Self.endPasting)
    modes?.restore()
    return try event(line)
  }

  private func event(_ line: String?) throws -> LineEvent {
    switch ending {
    case .cancelled: throw CancellationError()
    case .interrupted: return .interrupted
    case .end: return .endOfInput
    case nil: break
    }
    guard let line else {
      edit.write("\n")
      return .endOfInput
    }
    history.add(line).forEach(edit.remember)
    return .line(line)
  }

  private func setPrompt(_ text: String) {
    prompt = PromptText(text)
    free(promptBytes)
    promptBytes = strdup(prompt.marked)
  }

  /// libedit's `EL_GETCFN`: 1 with a character, 0 at the end, -1 to give the line up.
  private func readCharacter(into character: UnsafeMutablePointer<wchar_t>?) -> Int32 {
    guard let scalar = nextScalar() else {
      if ending != .end { errno = EINTR }
      return ending == .end ? 0 : -1
    }
    character?.pointee = wchar_t(bitPattern: scalar.value)
    return 1
  }

  /// Waits for a key that is libedit's business; `nil` when there is no line to edit any more.
  private func nextScalar() -> Unicode.Scalar? {
    while ending == nil {
      switch input.next() {
      case .byte(0x03): interrupt()
      case .byte(0x1A): suspend()
      case .byte(let byte): if let scalar = decoder.decode(byte) { return scalar }
      case .end: end(.end, writing: "\n")
      case .mail: takeMail()
      case .resized:
        clear()
        edit.resize()
        edit.redraw()
      case .continued: resume()
      }
    }
    return nil
  }

  /// The next scalar of pasted text, where no key has a meaning.
  func nextPastedScalar() -> Unicode.Scalar? {
    while ending == nil {
      switch input.next() {
      case .byte(let byte): if let scalar = decoder.decode(byte) { return scalar }
      case .end: ending = .end
      case .mail: takeMail()
      case .resized: edit.resize()
      case .continued: resume()
      }
    }
    return nil
  }

  private func interrupt() {
    // The line stays to be read, the mark behind it wherever the cursor was.
    let (before, after) = edit.line
    clear()
    end(.interrupted, writing: prompt.coloured + SearchRow.removed(from: before + after) + "^C\n")
  }

  private func end(_ ending: Ending, writing text: String) {
    self.ending = ending
    edit.write(text)
  }

  private func takeMail() {
    guard let mail = input.mailbox.take() else { return }
    if mail.isCancelled {
      clear()
      return end(.cancelled, writing: "")
    }
    if mail.isInterrupted { return interrupt() }
    clear()
    if let text = mail.prompt { setPrompt(text) }
    edit.write(mail.messages.map { $0 + "\n" }.joined())
    edit.redraw()
  }

  private func suspend() {
    clear()
    edit.write(Self.endPasting)
    edit.restoreTerminal()
    modes?.restore()
    input.stopJob()
    resume()
  }

  private func resume() {
    modes = TerminalModes(keeping: input.descriptor, farewell: Self.endPasting) ?? modes
    edit.prepareTerminal()
    edit.write(Self.beginPasting)
    edit.redraw()
  }

  var size: TerminalSize { TerminalSize.of(output) ?? .standard }

  /// Removes prompt and line from the screen; the cursor is where the prompt began.
  func clear() {
    let area = EditArea(columns: size.columns, after: prompt.visible + edit.line.before)
    edit.write("\r" + (area.row > 0 ? "\u{1B}[\(area.row)A" : "") + "\u{1B}[J")
  }
}

/// The row that libedit's search adds to the line for as long as it lasts.
enum SearchRow {
  /// The line without it.
  static func removed(from line: String) -> String {
    guard let start = line.lastIndex(of: "\n") else { return line }
    let row = line[start...].dropFirst()
    return row.hasPrefix("bck") || row.hasPrefix("fwd") ? String(line[..<start]) : line
  }
}
