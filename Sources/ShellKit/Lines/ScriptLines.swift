/// The logical lines of a whole text.
struct ScriptLines: Hashable, Sendable {
  /// All lines, blank ones and comments too.
  let lines: [LogicalLine]

  /// Cuts a file's content; a mistake in its bytes names the line.
  init(_ bytes: some Collection<UInt8>, file: String? = nil) throws(LineError) {
    var assembler = LineAssembler()
    assembler.append(bytes)
    var lines: [LogicalLine] = []
    do {
      while let line = try assembler.next() { lines.append(line) }
      while let line = try assembler.finish() { lines.append(line) }
    } catch {
      throw error.named(file)
    }
    self.lines = lines
  }

  /// Cuts a text.
  init(_ text: String, file: String? = nil) throws(LineError) {
    try self.init(Array(text.utf8), file: file)
  }
}
