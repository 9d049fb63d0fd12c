internal import CTerminal
internal import Glibc

/// libedit's state for one terminal: the one place that calls it.
///
/// What it calls back gets its owner, an ``EditingLineReader``. Its pointers live as long as it does, and leave it only
/// as arguments of libedit's functions.
@safe final class EditLine {
  /// What a key can be bound to; it returns one of libedit's `CC_` codes.
  typealias Function = @convention(c) (OpaquePointer?, Int32) -> UInt8

  private let editor: OpaquePointer
  private let history: OpaquePointer
  private let input: UnsafeMutablePointer<FILE>
  private let output: UnsafeMutablePointer<FILE>

  /// - Parameter historyLimit: How many lines can be searched.
  init(input: Int32, output: Int32, term: String, historyLimit: Int32) throws(TerminalError) {
    guard let inputFile = unsafe Self.open(input, "r") else {
      throw TerminalError(call: "fdopen", errno: errno)
    }
    guard let outputFile = unsafe Self.open(output, "w") else {
      unsafe fclose(inputFile)
      throw TerminalError(call: "fdopen", errno: errno)
    }
    guard
      let editor = unsafe el_init_fd(
        "djogi-shell", inputFile, outputFile, outputFile, fileno(inputFile), fileno(outputFile),
        fileno(outputFile)),
      let history = unsafe history_init()
    else { throw TerminalError(call: "el_init_fd", errno: errno) }
    unsafe (self.input, self.output, self.editor, self.history) = unsafe (
      inputFile, outputFile, editor, history
    )
    unsafe ct_el_string(editor, EL_TERMINAL, term)
    unsafe ct_el_int(editor, EL_SIGNAL, 0)
    unsafe ct_el_string(editor, EL_EDITOR, "emacs")
    unsafe ct_history_size(history, historyLimit)
    unsafe ct_history_unique(history, 1)
    unsafe ct_el_history(editor, history)
  }

  deinit {
    unsafe el_end(editor)
    unsafe history_end(history)
    unsafe fclose(input)
    unsafe fclose(output)
  }

  /// A stream over a descriptor of its own, so that closing it leaves the caller's open.
  private static func open(_ descriptor: Int32, _ mode: String) -> UnsafeMutablePointer<FILE>? {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { return nil }
    guard let file = unsafe fdopen(copy, mode) else {
      close(copy)
      return nil
    }
    return unsafe file
  }

  /// Sets what libedit calls back for characters and for the prompt, and whom it tells.
  func connect(
    to owner: EditingLineReader, reader: @escaping el_rfunc_t,
    prompt: @escaping @convention(c) (OpaquePointer?) -> UnsafeMutablePointer<CChar>?,
    literalMark: CChar
  ) {
    // Not retained: the owner owns this object.
    unsafe ct_el_owner(editor, Unmanaged.passUnretained(owner).toOpaque())
    unsafe ct_el_reader(editor, reader)
    unsafe ct_el_prompt(editor, prompt, literalMark)
  }

  func add(_ name: String, _ function: @escaping Function) {
    unsafe ct_el_add(editor, name, function)
  }
  func bind(_ keys: String, to function: String) { unsafe ct_el_bind(editor, keys, function) }
  func setMode(_ set: String, _ mode: String) { unsafe ct_el_setty(editor, set, mode) }
  func readUserBindings() { unsafe el_source(editor, nil) }
  func remember(_ line: String) { unsafe ct_history_enter(history, line) }

  /// Edits a line; `nil` when reading ended without one.
  func readLine() -> String? {
    var count: Int32 = 0
    guard let line = unsafe el_gets(editor, &count), count > 0 else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: line, count: Int(count))
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    return text.last == "\n" ? String(text.dropLast()) : text
  }

  /// The text of the line that is being edited, before and after the cursor.
  var line: (before: String, after: String) {
    guard let info = unsafe el_line(editor)?.pointee, let start = unsafe info.buffer,
      let cursor = unsafe info.cursor,
      let end = unsafe info.lastchar
    else { return ("", "") }
    func text(_ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>) -> String {
      unsafe String(decoding: UnsafeRawBufferPointer(start: from, count: to - from), as: UTF8.self)
    }
    return unsafe (text(start, cursor), text(cursor, end))
  }

  func insert(_ text: String) { unsafe el_insertstr(editor, text) }

  /// Deletes before the cursor.
  func delete(scalars count: Int) {
    if count > 0 { unsafe el_deletestr(editor, Int32(count)) }
  }

  /// Puts another text in place of the line, the cursor behind it.
  func replaceLine(with text: String) {
    let (before, after) = line
    unsafe el_cursor(editor, Int32(after.unicodeScalars.count))
    delete(scalars: before.unicodeScalars.count + after.unicodeScalars.count)
    insert(text)
  }

  /// Draws prompt and line anew, from where the cursor is.
  func redraw() { unsafe ct_el_refresh(editor) }

  /// Takes in the window's new size.
  func resize() { unsafe el_resize(editor) }

  /// Sets the terminal's modes for editing again.
  func prepareTerminal() {
    unsafe ct_el_int(editor, EL_PREP_TERM, 0)
    unsafe ct_el_int(editor, EL_PREP_TERM, 1)
  }

  func restoreTerminal() { unsafe ct_el_int(editor, EL_PREP_TERM, 0) }

  /// Writes past libedit, after what it wrote.
  func write(_ text: String) {
    unsafe fputs(text, output)
    unsafe fflush(output)
  }
}
