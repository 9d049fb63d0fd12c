internal import SchemaChange
internal import TOMLKit

/// A configuration's text as TOML, with the places of its keys for messages.
struct ConfigurationSource {
  let table: TOMLTable
  private let text: String
  private let file: String
  private let keys: [[String]: Int]

  init(text: String, file: String) throws(ConfigurationError) {
    self.text = text
    self.file = file
    // First, because it refuses what the parser does not survive.
    do throws(TOMLKeyScanner.Failure) {
      keys = try TOMLKeyScanner.offsets(in: text)
    } catch {
      throw Self.syntaxError(error.reason, at: error.offset, in: text, file: file)
    }
    table = try Self.parse(text, file: file)
  }

  /// Where a key, or else the nearest table above it, begins in the text's bytes.
  func offset(of key: [String]) -> Int {
    var key = key
    while !key.isEmpty, keys[key] == nil { key.removeLast() }
    return keys[key] ?? 0
  }

  func location(of key: [String]) -> SourceLocation {
    Self.location(at: offset(of: key), in: text, file: file)
  }

  private static func parse(_ text: String, file: String) throws(ConfigurationError) -> TOMLTable {
    // A C string ends at a zero byte; the rest of the file would be left out in silence.
    if let zero = Array(text.utf8).firstIndex(of: 0) {
      throw syntaxError("a zero byte is not allowed in a text", at: zero, in: text, file: file)
    }
    do {
      return try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let place = SourceLocation(
        file: file, line: error.source.begin.line, column: error.source.begin.column)
      throw .syntax(place, reason: redact(error, in: text))
    } catch {
      throw .syntax(SourceLocation(file: file, line: 1, column: 1), reason: "the text is not TOML")
    }
  }

  /// The parser's message without what it quotes from a value, which may be a piece of a password.
  private static func redact(_ error: TOMLParseError, in text: String) -> String {
    let line = lines(of: text[...]).dropFirst(error.source.begin.line - 1).first ?? ""
    let value = line.drop { $0 != "=" }
    return error.description.replacing(/'([^']{2,})'/) { match in
      value.contains(match.output.1) ? "'…'" : String(match.output.0)
    }
  }

  private static func syntaxError(
    _ reason: String, at offset: Int, in text: String, file: String
  ) -> ConfigurationError {
    .syntax(location(at: offset, in: text, file: file), reason: reason)
  }

  private static func location(at offset: Int, in text: String, file: String) -> SourceLocation {
    let index = text.utf8.index(text.startIndex, offsetBy: offset)
    let lines = lines(of: text[..<index])
    return SourceLocation(file: file, line: lines.count, column: (lines.last?.count ?? 0) + 1)
  }

  private static func lines(of text: Substring) -> [Substring] {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }
}
