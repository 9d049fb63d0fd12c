internal import CGrammar

/// Names that the server cuts, as PostgreSQL's scanner finds them: none is looked for in strings and comments.
enum LongNames {
  /// The longest name that the server keeps, in bytes (`NAMEDATALEN` - 1).
  private static let limit = 63

  /// The names of more than 63 bytes, in order, without their quotes.
  static func found(in sql: String) -> [String] {
    guard mayHoldOne(sql), let tokens = try? TokenStream(sql).tokens else { return [] }
    let bytes = Array(sql.utf8)
    return tokens.compactMap { token in
      guard token.isName else { return nil }
      var text = String(decoding: bytes[token.range.clamped(to: 0..<bytes.count)], as: UTF8.self)
      if text.first == "\"" { text = String(text.dropFirst().dropLast()) }
      return text.utf8.count > limit ? text : nil
    }
  }

  /// A quick look: whether so many bytes of a name, or so many between two quotes, stand in a row anywhere.
  private static func mayHoldOne(_ sql: String) -> Bool {
    guard sql.utf8.count > limit else { return false }
    var run = 0
    for byte in sql.utf8 {
      run = isOfName(byte) ? run + 1 : 0
      if run > limit { return true }
    }
    return longestQuoted(sql) > limit
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF:
      true
    default: false
    }
  }

  private static func longestQuoted(_ sql: String) -> Int {
    sql.utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false).dropFirst()
      .dropLast().map(\.count).max() ?? 0
  }
}

extension Token {
  /// Whether it is a name that is no key word.
  fileprivate var isName: Bool {
    kind == PG_QUERY_TOKEN_IDENT || kind == PG_QUERY_TOKEN_UIDENT
  }
}

extension String {
  /// A type's name as the grammar writes it, without modifiers and array bounds.
  var baseType: String {
    let name = prefix { $0 != "(" && $0 != "[" }
    return (name.last == " " ? name.dropLast() : name).lowercased()
  }
}
