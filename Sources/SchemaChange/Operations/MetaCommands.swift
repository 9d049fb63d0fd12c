internal import CGrammar

/// The lines of a text that are commands of psql (`\connect`, `\i`), which are no SQL.
struct MetaCommands {
  /// A statement's place, or a psql command's.
  struct Piece {
    var range: Range<Int>
    var isMeta: Bool
  }

  /// The text with the commands overwritten by blanks, so that every other byte keeps its place.
  private(set) var blanked: String
  private var pieces: [Piece] = []

  /// How many lines that start with `\` may turn out to be inside a string before looking stops.
  private static let patience = 100

  init(_ text: String) {
    blanked = text
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return }
    var bytes = Array(text.utf8)
    var clean = 0
    var disappointments = 0
    for line in Self.candidates(bytes) where disappointments < Self.patience {
      // A line is a command only where a statement, not a string or a comment, is open before it.
      let before = String(decoding: bytes[clean..<line.lowerBound], as: UTF8.self)
      guard (try? TokenStream(before)) != nil else {
        disappointments += 1
        continue
      }
      pieces.append(Piece(range: line, isMeta: true))
      for index in line { bytes[index] = UInt8(ascii: " ") }
      clean = line.upperBound
    }
    blanked = String(decoding: bytes, as: UTF8.self)
  }

  /// The commands' places.
  mutating func take() -> [Piece] {
    defer { pieces = [] }
    return pieces
  }

  /// The lines whose first visible byte is a backslash, from that byte to the line's end.
  private static func candidates(_ bytes: [UInt8]) -> [Range<Int>] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).compactMap {
      let blanks: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\t")]
      let visible = $0.drop { blanks.contains($0) }
      guard visible.first == UInt8(ascii: "\\") else { return nil }
      let end = visible.last == UInt8(ascii: "\r") ? visible.endIndex - 1 : visible.endIndex
      return visible.startIndex..<end
    }
  }
}
