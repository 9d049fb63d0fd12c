/// A section of a dump: what it says of one object, as sorted as it may be.
struct DumpSection {
  /// What a section is about, as far as it is read otherwise than others.
  enum Kind {
    case table, rights, index, constraint, attachment, filledView, other

    init(heading: [UInt8]) {
      self = Self.words.first { heading.range(of: $0.bytes) != nil }?.kind ?? .other
    }

    /// Whether it stands in a tablespace.
    var isStored: Bool { [.table, .index, .constraint, .filledView].contains(self) }

    private static let words = [
      word("TABLE", .table), word("ACL", .rights), word("DEFAULT ACL", .rights),
      word("INDEX", .index), word("CONSTRAINT", .constraint), word("INDEX ATTACH", .attachment),
      word("MATERIALIZED VIEW", .filledView),
    ]

    private static func word(_ text: String, _ kind: Kind) -> (bytes: [UInt8], kind: Kind) {
      (Array("Type: \(text);".utf8), kind)
    }
  }

  let kind: Kind
  /// Its lines.
  var text: [UInt8]

  /// The section of these lines, of which the first is its heading.
  init(_ lines: [[UInt8]]) {
    kind = Kind(heading: lines[0])
    var lines = lines
    if kind == .table || kind == .rights {
      // Who gave a right is not compared.
      lines.removeAll { line in Words.session.contains { line.starts(with: $0) } }
      lines = lines.map(Self.plain).inByteOrder
    }
    text = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }

  /// A line of which the order of columns and options tells nothing.
  private static func plain(_ line: [UInt8]) -> [UInt8] {
    var line = line
    if line.last == UInt8(ascii: ",") { line.removeLast() }
    removeName(from: &line)
    guard line.starts(with: Words.with) else { return line }
    let options = line.dropFirst(Words.with.count).prefix { $0 != UInt8(ascii: ")") }
    let sorted = String(decoding: options, as: UTF8.self).split(separator: ", ").sorted()
    return Words.with + Array(sorted.joined(separator: ", ").utf8) + line[options.endIndex...]
  }

  /// The server names the constraints of columns that take no NULL which a child inherits; the catalogues compare the
  /// others' names.
  private static func removeName(from line: inout [UInt8]) {
    guard line.range(of: Words.notNull) != nil else { return }
    var start = 0
    while let found = line[start...].range(of: Words.constraint) {
      start = found.upperBound
      let end = line[start...].endOfName
      if line[end...].starts(with: Words.notNull) {
        line.removeSubrange(found.lowerBound...end)
        return
      }
    }
  }

  private enum Words {
    static let session = ["SET SESSION AUTHORIZATION ", "RESET SESSION AUTHORIZATION"].map {
      Array($0.utf8)
    }
    static let with = Array("WITH (".utf8)
    static let notNull = Array(" NOT NULL".utf8)
    static let constraint = Array("CONSTRAINT ".utf8)
  }
}

extension RandomAccessCollection where Element == UInt8, Index == Int {
  /// The first place of some bytes.
  func range(of bytes: [UInt8]) -> Range<Int>? {
    guard let first = bytes.first else { return nil }
    var start = startIndex
    while start + bytes.count <= endIndex {
      if self[start] == first {
        var length = 1
        while length < bytes.count, self[start + length] == bytes[length] { length += 1 }
        if length == bytes.count { return start..<start + length }
      }
      start += 1
    }
    return nil
  }

  /// Where the name ends that they begin with: one of a schema and an object, or one alone, quoted where it needs that.
  var endOfName: Int {
    var isQuoted = false
    return firstIndex { byte in
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      return !isQuoted && byte == UInt8(ascii: " ")
    } ?? endIndex
  }
}
