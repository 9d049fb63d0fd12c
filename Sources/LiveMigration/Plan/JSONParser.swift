/// Reads one JSON text, strictly: RFC 8259 without its liberties.
///
/// A key that comes twice, a lone surrogate and a zero character are refused, because each reader
/// would take them differently. The depth is bounded, so that no input can exhaust the stack.
struct JSONParser {
  /// Where and why a text is no JSON.
  struct Failure: Error, Hashable {
    var offset: Int
    var reason: String
  }

  /// How deep arrays and objects may nest; a plan file needs eight.
  static let maximumDepth = 64

  let bytes: [UInt8]
  var offset = 0
  private var depth = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads the one value that `bytes`, valid UTF-8, consist of.
  static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
    var parser = JSONParser(bytes)
    let value = try parser.value()
    parser.skipBlanks()
    guard parser.offset == bytes.count else { throw parser.failure("text after the value's end") }
    return value
  }

  private mutating func value() throws(Failure) -> JSONValue {
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return .object(try nested { p throws(Failure) in try p.members() })
    case UInt8(ascii: "["): return .array(try nested { p throws(Failure) in try p.elements() })
    case UInt8(ascii: "\""): return .string(try string())
    case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
    case nil: throw failure("the text ends where a value is expected")
    default: return try word()
    }
  }

  private mutating func nested<Value>(
    _ body: (inout JSONParser) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    guard depth < Self.maximumDepth else {
      throw failure("more than \(Self.maximumDepth) levels of nesting")
    }
    depth += 1
    offset += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func members() throws(Failure) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    guard !takes("}") else { return members }
    repeat {
      skipBlanks()
      let start = offset
      guard peek == UInt8(ascii: "\"") else { throw failure("a key in quotes is expected") }
      let key = try string()
      guard members[key] == nil else {
        throw Failure(offset: start, reason: "the key \"\(key)\" comes twice in one object")
      }
      guard takes(":") else { throw failure("a colon is expected after a key") }
      members[key] = try value()
    } while takes(",")
    guard takes("}") else { throw failure("a comma or the object's end is expected") }
    return members
  }

  private mutating func elements() throws(Failure) -> [JSONValue] {
    var elements: [JSONValue] = []
    guard !takes("]") else { return elements }
    repeat { elements.append(try value()) } while takes(",")
    guard takes("]") else { throw failure("a comma or the array's end is expected") }
    return elements
  }

  private mutating func word() throws(Failure) -> JSONValue {
    for (word, value) in Self.words where bytes[offset...].starts(with: word.utf8) {
      offset += word.utf8.count
      return value
    }
    throw failure("a value is expected")
  }

  private static let words: [(String, JSONValue)] = [
    ("null", .null), ("true", .boolean(true)), ("false", .boolean(false)),
  ]

  private mutating func number() throws(Failure) -> JSONValue {
    let start = offset
    _ = takesByte("-")
    if !takesByte("0") { try digits() }
    var isWhole = true
    if takesByte(".") {
      isWhole = false
      try digits()
    }
    if takesByte("e") || takesByte("E") {
      isWhole = false
      _ = takesByte("+") || takesByte("-")
      try digits()
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard isWhole, let value = Int64(text) else { return .number(text) }
    return .integer(value)
  }

  private mutating func digits() throws(Failure) {
    let start = offset
    while let byte = peek, Self.isDigit(byte) { offset += 1 }
    guard offset > start else { throw failure("a digit is expected") }
  }

  var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  func failure(_ reason: String) -> Failure { Failure(offset: offset, reason: reason) }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || (0x09...0x0a).contains(byte) || byte == 0x0d {
      offset += 1
    }
  }

  private mutating func takes(_ scalar: UnicodeScalar) -> Bool {
    skipBlanks()
    return takesByte(scalar)
  }

  mutating func takesByte(_ scalar: UnicodeScalar) -> Bool {
    guard let byte = peek, UInt32(byte) == scalar.value else { return false }
    offset += 1
    return true
  }
}
