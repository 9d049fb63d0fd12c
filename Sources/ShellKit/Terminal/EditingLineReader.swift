internal import CTerminal
internal import Glibc

/// Reads lines with libedit.
///
/// libedit asks for one character at a time; whatever else happens meanwhile is dealt with before
/// it gets one. The prompt's bytes that libedit keeps are freed with the reader.
@safe final class EditingLineReader: LineReader {
  let edit: EditLine
  let input: TerminalInput
  let complete: CompletionProvider?
  var history: CommandHistory
  /// Where the arrow keys are in the history.
  var recall: HistoryRecall?
  let output: Int32
  private var decoder = ScalarDecoder()
  private(set) var prompt = PromptText("")
  private var promptBytes: UnsafeMutablePointer<CChar>?
  private var modes: TerminalModes?
  /// How reading ended when it was not libedit that ended it.
  private var ending: Ending?
  /// How it will end when libedit has left its search.
  private var endingAfterSearch: Ending?

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
    unsafe edit.connect(
      to: self,
      reader: { editor, character in
        unsafe EditingLineReader.owner(of: editor).readCharacter(into: character)
      },
      prompt: { editor in unsafe EditingLineReader.owner(of: editor).promptBytes },
      literalMark: CChar(PromptText.literalMark.asciiValue ?? 1))
  }

  deinit {
    unsafe free(promptBytes)
  }

  /// The reader that libedit works for.
  static func owner(of editor: OpaquePointer?) -> EditingLineReader {
    guard let owner = unsafe ct_el_get_owner(editor) else {
      preconditionFailure("libedit has no owner")
    }
    return unsafe Unmanaged<EditingLineReader>.fromOpaque(owner).takeUnretainedValue()
  }

  func read(prompt: String) throws -> LineEvent {
    ct_use_utf8()
    setPrompt(prompt)
    history.refresh().forEach(edit.remember)
    (recall, ending, endingAfterSearch, decoder) = (nil, nil, nil, ScalarDecoder())
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
    unsafe free(promptBytes)
    unsafe promptBytes = unsafe strdup(prompt.marked)
  }

  /// libedit's `EL_GETCFN`: 1 with a character, 0 at the end, -1 to give the line up.
  private func readCharacter(into character: UnsafeMutablePointer<wchar_t>?) -> Int32 {
    guard let scalar = nextScalar() else {
      if ending != .end { errno = EINTR }
      return ending == .end ? 0 : -1
    }
    unsafe character?.pointee = wchar_t(bitPattern: scalar.value)
    return 1
  }

  /// Waits for a key that is libedit's business; `nil` when there is no line to edit any more.
  private func nextScalar() -> Unicode.Scalar? {
    if let endingAfterSearch { end(endingAfterSearch) }
    while ending == nil {
      switch input.next() {
      case .byte(0x03): end(.interrupted)
      case .byte(0x1A): suspend()
      case .byte(let byte): if let scalar = decoder.decode(byte) { return scalar }
      case .end: end(.end)
      case .mail: takeMail()
      case .resized: resize()
      case .continued: resume()
      }
      if endingAfterSearch != nil { return "\u{1B}" }
    }
    return nil
  }

  /// The next scalar of pasted text, where no key has a meaning.
  func nextPastedScalar() -> Unicode.Scalar? {
    while ending == nil {
      switch input.next() {
      case .byte(let byte): if let scalar = decoder.decode(byte) { return scalar }
      case .end: end(.end)
      case .mail: takeMail()
      case .resized: edit.resize()
      case .continued: resume()
      }
    }
    return nil
  }

  /// Gives the line up.
  ///
  /// A search is left first, by its Escape key: given up inside of it, libedit writes lines of its
  /// own.
  private func end(_ ending: Ending) {
    let (before, after) = edit.line
    if endingAfterSearch == nil, SearchRow.isPart(of: before + after) {
      endingAfterSearch = ending
      return
    }
    self.ending = ending
    clear()
    switch ending {
    // What was typed stays to be read, the mark behind it wherever the cursor was.
    case .interrupted:
      edit.write(prompt.coloured + Sanitised.text(before + after, keepingLineEnds: true) + "^C\n")
    case .cancelled: break
    case .end: edit.write(prompt.coloured + "\n")
    }
  }

  private func takeMail() {
    guard let mail = input.mailbox.take() else { return }
    clear()
    if let text = mail.prompt { setPrompt(text) }
    edit.write(mail.messages.map { $0 + "\n" }.joined())
    edit.redraw()
    if mail.isCancelled {
      end(.cancelled)
    } else if mail.isInterrupted {
      end(.interrupted)
    }
  }

  private func resize() {
    clear()
    edit.resize()
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
    modes?.keep()
    edit.prepareTerminal()
    edit.write(Self.beginPasting)
    edit.redraw()
  }
}
