/// A line that was read as a command.
struct ScriptLine: Sendable {
  let request: Grammar.Request
  /// The line as it was typed.
  let text: String
  /// The file that it stands in; `nil` for a line of the argument vector.
  let file: String?
  let number: Int
}

/// Lines that were all read before the first one runs.
struct Script: Sendable {
  let lines: [ScriptLine]

  /// Reads a file, whole.
  ///
  /// - Throws: `Refusal.unreadableFile`, or `ScriptMistakes` with everything that is wrong.
  static func read(_ path: String) throws -> Script {
    let name = path == "-" ? "<stdin>" : path
    return try Script(TextFile.bytes(path), file: name, isFile: true)
  }

  /// Reads the text of an argument.
  init(argument: String) throws(ScriptMistakes) {
    try self.init(Array(argument.utf8), file: "-c", isFile: false)
  }

  private init(_ bytes: [UInt8], file: String, isFile: Bool) throws(ScriptMistakes) {
    var mistakes: [LineError] = []
    var lines: [ScriptLine] = []
    do throws(LineError) {
      for line in try ScriptLines(bytes, file: file).lines {
        do throws(LineError) {
          guard let request = try Self.request(line, file: file) else { continue }
          lines.append(
            ScriptLine(
              request: request, text: line.text, file: isFile ? file : nil, number: line.number))
        } catch {
          mistakes.append(error)
        }
      }
    } catch {
      mistakes.append(error)
    }
    guard mistakes.isEmpty else { throw ScriptMistakes(errors: mistakes) }
    self.lines = lines
  }

  /// Reads one line; `nil` for a blank one or a comment.
  static func request(
    _ line: LogicalLine, file: String?
  ) throws(LineError) -> Grammar.Request? {
    let words = try LineArguments.of(line, file: file)
    guard let first = words.first else { return nil }
    do throws(UsageError) {
      return try Grammar.command(words.map(\.text))
    } catch {
      let culprit = words.first { $0.text == error.word } ?? first
      var mistake = line.error(error.description, at: culprit.position, file: file)
      mistake.advice = error.advice
      throw mistake
    }
  }
}

/// Everything that is wrong with a file.
struct ScriptMistakes: Error, Hashable, Sendable {
  let errors: [LineError]
}

/// An error together with the line that it came from.
struct PlacedError: Error {
  let error: any Error
  let file: String
  let line: Int

  /// The error itself, however deep files source each other.
  var cause: any Error { (error as? PlacedError)?.cause ?? error }

  /// The line that failed itself.
  var innermost: (file: String, line: Int) {
    (error as? PlacedError)?.innermost ?? (file, line)
  }
}
