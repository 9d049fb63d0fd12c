/// Finds the passwords in a text, in one pass: a line of a million letters is pasted now and then.
struct SecretScanner {
  /// A password, and where reading goes on behind it.
  struct Finding {
    var secret: Range<Int>
    var next: Int

    init(_ secret: Range<Int>, next: Int? = nil) {
      self.secret = secret
      self.next = next ?? secret.upperBound
    }
  }

  let bytes: [UInt8]
  /// Whether an unquoted value with blanks before it is a secret, too.
  let isStrict: Bool
  /// Whether an odd number of `'` stands before the place that is read: then one more closes.
  private(set) var isInLiteral = false
  /// The same of `"`.
  private(set) var isInQuoted = false
  /// The word that was looked through last, and the comment: each is looked through once.
  var word = URIWord(range: 0..<0, lastAt: nil)
  var comment = 0..<0

  init(_ bytes: [UInt8], isStrict: Bool) {
    self.bytes = bytes
    self.isStrict = isStrict
  }

  /// The secrets, in the text's order.
  mutating func secrets() -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      if let finding = finding(at: index) {
        if !finding.secret.isEmpty { found.append(finding.secret) }
        index = max(finding.next, index + 1)
        continue
      }
      if bytes[index] == .literal { isInLiteral.toggle() }
      if bytes[index] == .quote { isInQuoted.toggle() }
      index += 1
    }
    return found
  }

  /// The secret that what stands at `index` introduces.
  private mutating func finding(at index: Int) -> Finding? {
    switch bytes[index] {
    case .colon: has("://", at: index) ? uriPassword(after: index) : nil
    case .equals: settingPassword(after: index)
    case UInt8(ascii: "p"), UInt8(ascii: "P"):
      has("password", at: index) ? statementPassword(at: index) : nil
    default: nil
    }
  }

  /// Whether a text in lower case stands there, in any case.
  func has(_ text: StaticString, at index: Int) -> Bool {
    guard index >= 0, bytes.count - index >= text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      expected.indices.allSatisfy { unsafe bytes[index + $0].lowercased == expected[$0] }
    }
  }

  func byte(_ index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

  /// The first place from `start` that holds no blank.
  func skippingBlanks(from start: Int) -> Int {
    var index = start
    while index < bytes.count, bytes[index].isBlank { index += 1 }
    return index
  }

  /// Without the quote that was opened before the secret, and what stands behind that.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    while end > range.lowerBound, Self.follows.contains(bytes[end - 1]) { end -= 1 }
    guard end > range.lowerBound else { return range }
    let closes =
      (bytes[end - 1] == .literal && isInLiteral) || (bytes[end - 1] == .quote && isInQuoted)
    return closes ? range.lowerBound..<end - 1 : range
  }

  private static let follows = Set(";),.:".utf8)
}

extension UInt8 {
  static let colon = UInt8(ascii: ":")
  static let equals = UInt8(ascii: "=")
  static let at = UInt8(ascii: "@")
  static let slash = UInt8(ascii: "/")
  static let literal = UInt8(ascii: "'")
  static let quote = UInt8(ascii: "\"")
  static let dollar = UInt8(ascii: "$")
  static let backslash = UInt8(ascii: "\\")
  static let ampersand = UInt8(ascii: "&")

  /// A blank or the end of a line, as C has them.
  var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
  var isWordByte: Bool {
    isDigit || (0x61...0x7A).contains(lowercased) || self == UInt8(ascii: "_")
  }
}
