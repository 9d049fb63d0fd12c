/// The version of a migration, which is its file's name without the ending: `V20260428000000__widen_amount`.
public struct MigrationVersion: RawRepresentable, Hashable, Sendable, Codable, Comparable,
  CustomStringConvertible
{
  /// The whole version.
  public let rawValue: String
  /// The 14 digits: year, month, day, hour, minute, second.
  public let timestamp: String
  /// The words after the digits, of letters, digits and `_` alone.
  public let slug: String

  /// Takes a version; `nil` unless it is `V`, 14 digits, two underscores and a slug of `A-Za-z0-9_`.
  ///
  /// The check is what makes a version safe as a part of a path.
  public init?(rawValue: String) {
    let bytes = Array(rawValue.utf8)
    guard bytes.count > 17, bytes[0] == UInt8(ascii: "V"), bytes[1..<15].allSatisfy(Self.isDigit),
      bytes[15] == UInt8(ascii: "_"), bytes[16] == UInt8(ascii: "_"),
      bytes[17...].allSatisfy(Self.isWord)
    else { return nil }
    self.rawValue = rawValue
    timestamp = String(decoding: bytes[1..<15], as: UTF8.self)
    slug = String(decoding: bytes[17...], as: UTF8.self)
  }

  /// The whole version.
  public var description: String { rawValue }

  /// Earlier first; of two with the same time, by slug.
  public static func < (left: MigrationVersion, right: MigrationVersion) -> Bool {
    (left.timestamp, left.slug) < (right.timestamp, right.slug)
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
