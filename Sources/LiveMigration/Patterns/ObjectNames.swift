internal import Postgres
internal import SchemaChange

/// The names that the server gives to unnamed constraints: table, columns and a word, cut to 63 bytes.
///
/// The rule is `makeObjectName` of the server: the longer of table and columns loses bytes until the whole fits.
enum ObjectNames {
  private static let limit = 63

  /// A name that is not among `taken`; the word is numbered until it is free.
  static func choose(
    table: String, columns: [String], word: String, taken: Set<String>
  ) -> String {
    let middle = columns.isEmpty ? nil : columns.joined(separator: "_")
    var name = make(table, middle, word)
    var number = 1
    while taken.contains(name) {
      name = make(table, middle, "\(word)\(number)")
      number += 1
    }
    return name
  }

  private static func make(_ table: String, _ middle: String?, _ word: String) -> String {
    let room = limit - word.utf8.count - 1 - (middle == nil ? 0 : 1)
    var first = table.utf8.count
    var second = middle?.utf8.count ?? 0
    while first + second > room {
      if first > second { first -= 1 } else { second -= 1 }
    }
    let parts = [clip(table, first), middle.map { clip($0, second) }, word].compactMap(\.self)
    return parts.joined(separator: "_")
  }

  /// At most so many bytes, never half a character.
  static func clip(_ text: String, _ bytes: Int) -> String {
    var clipped = Substring(text)
    while clipped.utf8.count > bytes { clipped.removeLast() }
    return String(clipped)
  }

  /// A column's name for the replacement of `column`, free in the table.
  static func shadow(of column: String, in table: TableFacts) -> String {
    let taken = Set(table.tree.flatMap { $0.columns.map(\.name) })
    var name = clip(column, limit - 4) + "_new"
    var number = 2
    while taken.contains(name) {
      name = clip(column, limit - 7) + "_new\(number)"
      number += 1
    }
    return name
  }
}
