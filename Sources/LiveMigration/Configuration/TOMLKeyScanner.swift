/// Finds where the keys of a TOML text stand, which the parser does not tell.
///
/// A text that is no TOML gives wrong places and nothing worse, except for what the parser itself
/// does not survive: that is refused here.
struct TOMLKeyScanner {
  /// What the parser must not see, and where.
  struct Failure: Error {
    var offset: Int
    var reason: String
  }

  /// How deep keys and values may nest; the parser's stack is not endless.
  static let maximumDepth = 64

  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0
  private var offsets: [[String]: Int] = [:]

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// The byte offset at which each key first stands, by the key's whole path.
  static func offsets(in text: String) throws(Failure) -> [[String]: Int] {
    var scanner = TOMLKeyScanner(text)
    try scanner.scan()
    return scanner.offsets
  }

  private mutating func scan() throws(Failure) {
    var table: [String] = []
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { offset = 3 }
    while skipBlanksAndComments() {
      if peek == UInt8(ascii: "[") {
        table = try header()
      } else {
        try assignment(in: table)
      }
    }
  }

  /// Reads `[table]` or `[[table]]` and the rest of its line.
  private mutating func header() throws(Failure) -> [String] {
    offset += 1
    _ = takes("[")
    let table = try key(in: [])
    skip { $0 != UInt8(ascii: "\n") }
    return table
  }

  /// Reads `key = value`.
  private mutating func assignment(in table: [String]) throws(Failure) {
    let path = try key(in: table)
    guard takes("=") else { throw failure("an equals sign is expected after a key") }
    try value(of: path)
  }

  /// Reads a key, dots included, and notes each of its parts.
  private mutating func key(in table: [String]) throws(Failure) -> [String] {
    var path = table
    repeat {
      skip(Self.isBlank)
      let start = offset
      // The parser aborts the process here instead of reporting it.
      guard let byte = peek, Self.isKeyByte(byte) || Self.isQuote(byte) else {
        throw failure("a key is expected")
      }
      path.append(keyPart())
      guard path.count <= Self.maximumDepth else { throw tooDeep }
      if offsets[path] == nil { offsets[path] = start }
      skip(Self.isBlank)
    } while takes(".")
    return path
  }

  private mutating func keyPart() -> String {
    if let quote = peek, Self.isQuote(quote) {
      let start = offset
      string(quote)
      let end = max(start + 1, min(offset, bytes.count) - 1)
      // One with an escape stays as written, is not found by its name, and has its table's place.
      return String(decoding: bytes[min(start + 1, end)..<end], as: UTF8.self)
    }
    let start = offset
    skip(Self.isKeyByte)
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func value(of path: [String]) throws(Failure) {
    guard depth < Self.maximumDepth else { throw tooDeep }
    depth += 1
    defer { depth -= 1 }
    skip(Self.isBlank)
    switch peek {
    case UInt8(ascii: "["):
      offset += 1
      while skipBlanksAndComments(), !takes("]") {
        let start = offset
        try value(of: path)
        _ = skipBlanksAndComments() && takes(",")
        if offset == start { offset += 1 }
      }
    case UInt8(ascii: "{"):
      offset += 1
      while skipBlanksAndComments(), !takes("}") {
        try assignment(in: path)
        skip(Self.isBlank)
        _ = takes(",")
      }
    case let quote? where Self.isQuote(quote): string(quote)
    // The parser aborts the process here, too.
    case let byte? where ",]}#".utf8.contains(byte): throw failure("a value is expected")
    default: try bareValue()
    }
  }

  /// Skips a number or a boolean.
  private mutating func bareValue() throws(Failure) {
    let start = offset
    skip { !",]}#\n".utf8.contains($0) }
    let date = /[0-9]{2}:|[0-9]{4}-/
    if String(decoding: bytes[start..<offset], as: UTF8.self).starts(with: date) {
      // No key wants one, and the parser aborts the process on a malformed one.
      offset = start
      throw failure("a date or time is no setting's value")
    }
  }
}

extension TOMLKeyScanner {
  /// Skips a string in one or three quotes.
  private mutating func string(_ quote: UInt8) {
    let long = bytes[offset...].starts(with: [quote, quote, quote])
    let end = [UInt8](repeating: quote, count: long ? 3 : 1)
    offset += end.count
    while offset < bytes.count, !bytes[offset...].starts(with: end) {
      let isEscape = quote == UInt8(ascii: "\"") && bytes[offset] == UInt8(ascii: "\\")
      offset = min(offset + (isEscape ? 2 : 1), bytes.count)
    }
    offset = min(offset + end.count, bytes.count)
    // A long string may end in quotes of its own.
    if long { skip { $0 == quote } }
  }

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skip(_ condition: (UInt8) -> Bool) {
    while let byte = peek, condition(byte) { offset += 1 }
  }

  private mutating func takes(_ scalar: UnicodeScalar) -> Bool {
    guard let byte = peek, UInt32(byte) == scalar.value else { return false }
    offset += 1
    return true
  }

  /// Goes to the next thing that means something; `false` at the text's end.
  private mutating func skipBlanksAndComments() -> Bool {
    skip(Self.isBlankOrLineEnd)
    while peek == UInt8(ascii: "#") {
      skip { $0 != UInt8(ascii: "\n") }
      skip(Self.isBlankOrLineEnd)
    }
    return peek != nil
  }

  private func failure(_ reason: String) -> Failure { Failure(offset: offset, reason: reason) }

  private var tooDeep: Failure { failure("more than \(Self.maximumDepth) levels of nesting") }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    Words.isWordByte(byte) || byte == UInt8(ascii: "-")
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private static func isBlankOrLineEnd(_ byte: UInt8) -> Bool {
    isBlank(byte) || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
  }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }
}
