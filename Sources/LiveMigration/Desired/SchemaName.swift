internal import Postgres

/// The parts of a name as SQL writes it.
enum SchemaName {
  /// The schema and the object's own name, each quoted as they are.
  static func split(_ name: String) -> (schema: String, name: String) {
    var isQuoted = false
    for (index, character) in zip(name.indices, name) {
      if character == "\"" { isQuoted.toggle() }
      if character == ".", !isQuoted {
        return (String(name[..<index]), String(name[name.index(after: index)...]))
      }
    }
    return ("", name)
  }

  /// A name for what has another's place for a while: the other's, as far as there is room, and some words.
  static func beside(_ own: String, _ words: String) -> String {
    var name = plain(own)
    while name.utf8.count + words.utf8.count > 63 { name.removeLast() }
    return Quoting.identifier(name + words)
  }

  /// A name without its quotes.
  static func plain(_ name: String) -> String {
    guard name.hasPrefix("\""), name.hasSuffix("\""), name.count > 1 else { return name }
    return String(name.dropFirst().dropLast()).replacing("\"\"", with: "\"")
  }
}

extension String {
  /// The parts between some words; none of an empty text.
  func components(by words: String) -> [String] {
    isEmpty ? [] : split(separator: words).map(String.init)
  }
}
