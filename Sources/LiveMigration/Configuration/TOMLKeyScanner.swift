/// Finds where the keys of a TOML text stand, which the parser does not tell.
///
/// The text must be valid TOML; another one gives wrong places and nothing worse.
struct TOMLKeyScanner {
  private let bytes: [UInt8]
  private var offset = 0
  private var offsets: [[String]: Int] = [:]

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// The byte offset at which each key first stands, by the key's whole path.
  static func offsets(in text: String) -> [[String]: Int] {
    var scanner = TOMLKeyScanner(text)
    scanner.scan()
    return scanner.offsets
  }

  private mutating func scan() {
    var table: [String] = []
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { offset = 3 }
    while skipBlanksAndComments() {
      if peek == UInt8(ascii: "[") {
        skip { $0 == UInt8(ascii: "[") }
        table = key(in: [])
        skip { $0 != UInt8(ascii: "\n") }
      } else {
        assignment(in: table)
      }
    }
  }

  /// Reads `key = value`.
  private mutating func assignment(in table: [String]) {
    let start = offset
    let path = key(in: table)
    skip { $0 != UInt8(ascii: "=") }
    offset += 1
    value(of: path)
    if offset <= start { offset = start + 1 }
  }

  /// Reads a key, dots included, and notes each of its parts.
  private mutating func key(in table: [String]) -> [String] {
    var path = table
    repeat {
      skip(Self.isBlank)
      let start = offset
      path.append(keyPart())
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
    skip { Words.isWordByte($0) || $0 == UInt8(ascii: "-") }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func value(of path: [String]) {
    skip(Self.isBlank)
    switch peek {
    case UInt8(ascii: "["):
      offset += 1
      while skipBlanksAndComments(), !takes("]") {
        let start = offset
        value(of: path)
        _ = skipBlanksAndComments() && takes(",")
        if offset == start { offset += 1 }
      }
    case UInt8(ascii: "{"):
      offset += 1
      while skipBlanksAndComments(), !takes("}") {
        assignment(in: path)
        skip(Self.isBlank)
        _ = takes(",")
      }
    case let quote? where Self.isQuote(quote): string(quote)
    default: skip { !",]}#\n".utf8.contains($0) }
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
    skip { Self.isBlank($0) || $0 == UInt8(ascii: "\n") }
    while peek == UInt8(ascii: "#") {
      skip { $0 != UInt8(ascii: "\n") }
      skip { Self.isBlank($0) || $0 == UInt8(ascii: "\n") }
    }
    return peek != nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }
}
