/// The version of a migration, which is its file's or folder's name without the ending:
/// `V20260428000000__widen_amount`, or as another tool writes it: `V1.2__widen`, `000012_widen`, `2026-04-28-000000_widen`.
public struct MigrationVersion: RawRepresentable, Hashable, Sendable, Codable, Comparable,
  CustomStringConvertible
{
  /// The whole version.
  public let rawValue: String
  /// The number as it is written: `20260428000000`, `1.2`, `2026-04-28-000000`.
  public let number: String
  /// The words after the number.
  public let slug: String

  /// The most bytes of a version; a row of a ledger of any tool holds them.
  static let maximumLength = 200

  /// Takes a version; `nil` unless it is a number, underscores and a slug, of letters, digits, `_`, `-` and `.` alone.
  ///
  /// The check is what makes a version safe as a part of a path. `V` and a number whose parts are divided by `.` or
  /// `_` need two underscores before the slug; a number alone, whose digits may be divided by `-`, needs one.
  public init?(rawValue: String) {
    guard rawValue.utf8.count <= Self.maximumLength,
      rawValue.utf8.allSatisfy({ Self.isWord($0) || $0 == UInt8(ascii: "-") || $0 == Self.dot })
    else { return nil }
    let number: Substring
    let slug: Substring
    if rawValue.hasPrefix("V") {
      guard let separator = rawValue.firstRange(of: "__") else { return nil }
      number = rawValue[..<separator.lowerBound].dropFirst()
      slug = rawValue[separator.upperBound...]
      guard Self.isNumber(number, dividedBy: [Self.dot, UInt8(ascii: "_")]) else { return nil }
    } else {
      guard let separator = rawValue.firstIndex(of: "_") else { return nil }
      number = rawValue[..<separator]
      slug = rawValue[rawValue.index(after: separator)...]
      guard Self.isNumber(number, dividedBy: [UInt8(ascii: "-")]) else { return nil }
    }
    guard !slug.isEmpty else { return nil }
    self.rawValue = rawValue
    self.number = String(number)
    self.slug = String(slug)
  }

  /// The whole version.
  public var description: String { rawValue }

  /// A Boolean value telling whether it is `V`, 14 digits, two underscores and a slug of letters, digits and `_`.
  public var isStamped: Bool {
    rawValue.hasPrefix("V") && number.utf8.count == 14 && number.utf8.allSatisfy(Self.isDigit)
      && slug.utf8.allSatisfy(Self.isWord)
  }

  /// The slug with letters, digits and underscores alone.
  public var word: String {
    String(decoding: slug.utf8.map { Self.isWord($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
  }

  /// The digits of the number's parts, without zeros in front; `-` divides nothing.
  public var parts: [String] {
    var parts = number.split { $0 == "." || $0 == "_" }.map { part in
      String(part.filter { $0 != "-" }.drop { $0 == "0" })
    }
    while parts.count > 1, parts.last == "" { parts.removeLast() }
    return parts
  }

  /// Whether a word names it: the whole version, or its number, with `V` or without, with zeros in front or without.
  public func isNamed(by word: String) -> Bool {
    if word == rawValue { return true }
    let number = word.hasPrefix("V") ? String(word.dropFirst()) : word
    guard number != self.number else { return true }
    let other =
      MigrationVersion(rawValue: "V\(number)__x") ?? MigrationVersion(rawValue: "\(number)_x")
    return other?.parts == parts
  }

  /// Earlier first; of two with the same number, by slug.
  public static func < (left: MigrationVersion, right: MigrationVersion) -> Bool {
    let (leftParts, rightParts) = (left.parts, right.parts)
    for (left, right) in zip(leftParts, rightParts) where left != right {
      return (left.utf8.count, left) < (right.utf8.count, right)
    }
    if leftParts.count != rightParts.count { return leftParts.count < rightParts.count }
    return left.slug == right.slug ? left.rawValue < right.rawValue : left.slug < right.slug
  }

  private static let dot = UInt8(ascii: ".")

  /// Whether a text is digits, and signs that divide them.
  private static func isNumber(_ text: Substring, dividedBy signs: Set<UInt8>) -> Bool {
    let parts = text.utf8.split(omittingEmptySubsequences: false) { signs.contains($0) }
    return !text.isEmpty && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }
}
