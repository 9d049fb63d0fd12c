internal import SchemaChange
internal import TOMLKit

/// One table of the configuration while it is read.
///
/// It notes the keys that it was asked for; the others that the file has are the misspelt ones, so
/// no list of keys has to be kept beside the code that reads them.
final class ConfigurationTable {
  private let table: TOMLTable
  private let path: [String]
  private let source: ConfigurationSource
  private var asked: [String] = []
  private var tables: [ConfigurationTable] = []

  init(_ table: TOMLTable, path: [String] = [], source: ConfigurationSource) {
    self.table = table
    self.path = path
    self.source = source
  }

  /// The table under a key, an empty one when the file has none.
  func table(_ key: String) throws(ConfigurationError) -> ConfigurationTable {
    let value = try value(key, as: .table, "a table")?.table
    let table = ConfigurationTable(value ?? TOMLTable(), path: path + [key], source: source)
    tables.append(table)
    return table
  }

  /// A Boolean value telling whether the file has the key.
  func has(_ key: String) -> Bool { table[key] != nil }

  func string(_ key: String) throws(ConfigurationError) -> String? {
    try value(key, as: .string, "a text in quotes")?.string
  }

  /// A text that says something.
  func word(_ key: String) throws(ConfigurationError) -> String? {
    guard let text = try string(key) else { return nil }
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw invalid(key, "a text, not blank")
    }
    return text
  }

  /// The words of a command: a list of texts, or one text that is split at its blanks.
  func words(_ key: String) throws(ConfigurationError) -> [String]? {
    guard table[key]?.type == .array else {
      return try word(key)?.split(whereSeparator: \.isWhitespace).map(String.init)
    }
    let list = try value(key, as: .array, "a list of texts")?.array
    let words = list?.map { $0.tomlValue.string } ?? []
    guard let first = words.first, first?.contains(where: { !$0.isWhitespace }) == true,
      words.allSatisfy({ $0 != nil })
    else {
      throw .wrongType(
        source.location(of: path + [key]), key: name(of: key),
        expected: "a text, or a list of texts with the program first", found: "another array")
    }
    return words.compactMap(\.self)
  }

  func integer(_ key: String, _ range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
    guard let number = try value(key, as: .int, "a whole number")?.int else { return nil }
    guard range.contains(number) else {
      throw invalid(key, "from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A number that need not be whole.
  func number(_ key: String, _ range: ClosedRange<Double>) throws(ConfigurationError) -> Double? {
    let isWhole = table[key]?.type == .int
    let value = try value(key, as: isWhole ? .int : .double, "a number")
    guard let number = isWhole ? value?.int.map(Double.init) : value?.double else { return nil }
    guard range.contains(number) else {
      throw invalid(key, "from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func boolean(_ key: String) throws(ConfigurationError) -> Bool? {
    try value(key, as: .bool, "true or false")?.bool
  }

  func milliseconds(
    _ key: String, _ range: ClosedRange<Int>
  ) throws(ConfigurationError) -> Duration? {
    try integer(key, range).map { .milliseconds($0) }
  }

  func invalid(_ key: String, _ reason: String) -> ConfigurationError {
    .invalid(source.location(of: path + [key]), key: name(of: key), reason: reason)
  }

  private func value(
    _ key: String, as type: TOMLType, _ expected: String
  ) throws(ConfigurationError) -> (any TOMLValueConvertible)? {
    asked.append(key)
    guard let value = table[key] else { return nil }
    guard value.type == type else {
      throw .wrongType(
        source.location(of: path + [key]), key: name(of: key), expected: expected,
        found: Self.name(of: value.type))
    }
    return value
  }

  private static func name(of type: TOMLType) -> String {
    switch type {
    case .table: "a table"
    case .array: "an array"
    case .string: "a text"
    case .int: "a whole number"
    case .double: "a number with a fraction"
    case .bool: "a boolean"
    case .date, .time, .dateTime: "a date or time"
    }
  }
}

extension ConfigurationTable {
  /// Refuses the first key of the file, tables below included, that was not asked for.
  func refuseUnknownKeys() throws(ConfigurationError) {
    let first = strangeKeys.min { source.offset(of: $0) < source.offset(of: $1) }
    guard let first, let key = first.last else { return }
    throw .unknownKey(
      source.location(of: first), key: Self.name(of: key, in: first.dropLast()),
      nearest: nearest(to: first))
  }

  private var strangeKeys: [[String]] {
    table.keys.filter { !asked.contains($0) }.map { path + [$0] } + tables.flatMap(\.strangeKeys)
  }

  /// The key that was probably meant: a similar one of the same table, or the same one of another.
  private func nearest(to strange: [String]) -> String? {
    guard let key = strange.last else { return nil }
    let all = [self] + tables
    let home = all.first { $0.path == Array(strange.dropLast()) }
    if let similar = home.flatMap({ NearestWord.of(key, among: $0.asked) }) {
      return similar
    }
    return all.first { $0.asked.contains(key) }.map { $0.name(of: key) }
  }

  private func name(of key: String) -> String { Self.name(of: key, in: path[...]) }

  /// A key with its table, as a reader of the file would say it: `[live] workers`.
  private static func name(of key: String, in path: ArraySlice<String>) -> String {
    // A key may hold anything when it is quoted; the message stays short and on one line.
    let short = String(key.prefix(60))
    let shown = Words.isWord(short) ? short : short.jsonQuoted
    return path.isEmpty ? shown : "[\(path.joined(separator: "."))] \(shown)"
  }
}
