/// The names that partitions' parts of indexes have.
///
/// The server gives them by itself, and they tell of the way alone; in what is compared each is named by its partition.
struct PartitionIndexNames {
  /// The tables of indexes and keys, by their own names.
  private var tables: [String: String] = [:]
  /// The indexes of which others are parts, by the parts' own names.
  private var wholes: [String: String] = [:]

  /// Writes sections without such names.
  static func remove(from sections: inout [DumpSection]) {
    guard sections.contains(where: { $0.kind == .attachment }) else { return }
    var names = PartitionIndexNames()
    for section in sections { names.read(section) }
    for index in sections.indices { names.edit(&sections[index]) }
  }

  private mutating func read(_ section: DumpSection) {
    switch section.kind {
    case .index, .constraint:
      guard let (name, table) = Self.made(by: section) else { return }
      tables[name] = table
    case .attachment:
      guard let (whole, part) = Self.attached(by: section) else { return }
      wholes[Self.own(part)] = whole
    default: break
    }
  }

  private func edit(_ section: inout DumpSection) {
    switch section.kind {
    case .attachment:
      guard let (whole, part) = Self.attached(by: section) else { return }
      section.text = Array("ALTER INDEX \(plain(whole)) ATTACH PARTITION \(plain(part))".utf8)
    case .index, .constraint:
      guard let (name, _) = Self.made(by: section), wholes[name] != nil else { return }
      let text = String(decoding: section.text, as: UTF8.self)
      section.text = Array(text.replacing(name, with: plain(name)).utf8)
    default: break
    }
  }

  private func plain(_ name: String) -> String {
    var name = name
    var path: [String] = []
    while let whole = wholes[Self.own(name)], path.count < 20 {
      path.append(tables[Self.own(name)] ?? "")
      name = whole
    }
    return path.first.map { "\(name) of \($0)" } ?? name
  }

  /// The index or key that a section makes, and its table.
  private static func made(by section: DumpSection) -> (name: String, table: String)? {
    for line in section.text.split(separator: UInt8(ascii: "\n")) {
      for words in ["CREATE INDEX ", "CREATE UNIQUE INDEX "] {
        guard let name = name(in: line, after: words) else { continue }
        let rest = line[name.endIndex...]
        let table = self.name(in: rest, after: " ON ONLY ") ?? self.name(in: rest, after: " ON ")
        return table.map { (text(name), text($0)) }
      }
    }
    let lines = section.text.split(separator: UInt8(ascii: "\n"))
    for (first, second) in zip(lines, lines.dropFirst()) {
      if let table = name(in: first, after: "ALTER TABLE ONLY "),
        let name = name(in: second, after: "    ADD CONSTRAINT ")
      {
        return (text(name), text(table))
      }
    }
    return nil
  }

  /// The index that a section makes another one a part of, and that part.
  private static func attached(by section: DumpSection) -> (whole: String, part: String)? {
    for line in section.text.split(separator: UInt8(ascii: "\n")) {
      if let whole = name(in: line, after: "ALTER INDEX "),
        let part = name(in: line[whole.endIndex...], after: " ATTACH PARTITION ")
      {
        let end = part.last == UInt8(ascii: ";") ? part.dropLast() : part
        return (text(whole), text(end))
      }
    }
    return nil
  }

  private static func name(
    in line: ArraySlice<UInt8>, after words: String
  ) -> ArraySlice<UInt8>? {
    guard line.starts(with: words.utf8) else { return nil }
    let rest = line.dropFirst(words.utf8.count)
    return rest[..<rest.endOfName]
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  private static func own(_ name: String) -> String {
    let own = SchemaName.split(name).name
    return own.isEmpty ? name : own
  }
}
