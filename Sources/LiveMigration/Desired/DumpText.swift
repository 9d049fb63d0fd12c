internal import Postgres

/// A database's definitions as `pg_dump --schema-only` writes them, so that two can be compared whatever the order
/// of their columns, rights and sections is.
struct DumpText: Hashable, Sendable {
  /// The sections, sorted; each ends with a zero, which no text has.
  private let text: [UInt8]

  init(_ sections: [DumpSection]) {
    var sections = sections
    PartitionIndexNames.remove(from: &sections)
    var text: [UInt8] = []
    text.reserveCapacity(sections.reduce(0) { $0 + $1.text.count + 1 })
    for section in sections.map(\.text).inByteOrder { text += section + [0] }
    self.text = text
  }

  /// Asks the `pg_dump` that suits the server; `nil` where there is none.
  ///
  /// - Throws: `DesiredError.noDump` where it cannot read the database.
  static func make(of connection: PostgresConnection, owners: Bool) async throws -> DumpText? {
    try await DumpSource(connection).dump(owners: owners)
  }

  /// The sections that only one has, in words.
  func differences(from other: DumpText, words: (mine: String, other: String)) -> [String] {
    guard self != other else { return [] }
    let (mine, theirs) = (sections, other.sections)
    return mine.subtracting(theirs).sorted().map { "only in \(words.mine), by pg_dump:\n\($0)" }
      + theirs.subtracting(mine).sorted().map { "only in \(words.other), by pg_dump:\n\($0)" }
  }

  private var sections: Set<String> {
    Set(text.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
  }
}
