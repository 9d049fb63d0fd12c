import Testing

/// A migration, the database that it finds, and what clients do meanwhile.
struct Promise: Sendable, CustomTestStringConvertible {
  let name: String
  let setup: String
  let migration: String
  /// The table whose rows are compared.
  var table = "t"
  /// Further tables whose rows are compared.
  var alsoCompared: [String] = []
  /// Columns of which no two runs have the same values, so that only their being filled is compared.
  var ownValues: [String] = []
  /// Columns that the application's own triggers change on each write of a client.
  var touchedByTriggers: [String] = []
  /// What clients do while a plan runs.
  var clients: [ClientWork] = []
  /// Whether clients stop before the swap: what they write is gone after it, or means something else.
  var clientsEnd = false
  /// Whether the migration empties or drops a table that is compared.
  var dropsRows = false
  /// Whether its tables are shown in their new shape before the swap.
  var newShape = false

  var testDescription: String { name }

  var tables: [String] { [table] + alsoCompared }

  /// A number that is the same in each run, to draw from.
  var seed: UInt64 {
    name.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }
}

/// What clients write to a table.
struct ClientWork: Sendable {
  var table = "t"
  var key = "id"
  /// The keys of the rows that are there from the start.
  var keys = 1...300
  /// Each column with the values that a client may write, as SQL; `#` stands for the row's key.
  var columns: [(name: String, values: [String])] = []
  /// Whether rows come and go; otherwise they only change.
  var comesAndGoes = true

  /// The table that has the same rows and that no plan touches.
  var mirror: String { Self.mirror(of: table) }

  static func mirror(of table: String) -> String {
    "mirror." + table.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  /// The same statement for the table and for its mirror, chosen by chance.
  ///
  /// - Parameters:
  ///   - client: Each client has rows of its own.
  ///   - new: The key of a row that is not there yet.
  func statements(
    client: Int, of clients: Int, new: Int, _ generator: inout SeededGenerator
  ) -> String {
    let key = Int.random(in: keys.lowerBound..<(new + clients), using: &generator)
    let first = key - key % clients + client
    let own = first < keys.lowerBound ? first + clients : first
    let sql: String
    switch Int.random(in: 0..<10, using: &generator) {
    case 0..<2 where comesAndGoes:
      let values = columns.map { value($0.values, new, &generator) }
      let names = ([self.key] + columns.map(\.name)).joined(separator: ", ")
      sql =
        "INSERT INTO \u{1} (\(names)) OVERRIDING SYSTEM VALUE VALUES "
        + "(\(([String(new)] + values).joined(separator: ", ")))"
    case 2..<4 where comesAndGoes: sql = "DELETE FROM \u{1} WHERE \(self.key) = \(own)"
    default:
      let some = columns.filter { _ in Bool.random(using: &generator) }
      var changes = (some.isEmpty ? columns : some).map {
        "\($0.name) = \(value($0.values, own, &generator))"
      }
      if changes.isEmpty { changes = ["\(self.key) = \(self.key)"] }
      sql = "UPDATE \u{1} SET \(changes.joined(separator: ", ")) WHERE \(self.key) = \(own)"
    }
    return [table, mirror].map { sql.replacing("\u{1}", with: $0) }.joined(separator: "; ")
  }

  private func value(
    _ values: [String], _ key: Int, _ generator: inout SeededGenerator
  ) -> String {
    (values.randomElement(using: &generator) ?? "NULL").replacing("#", with: String(key))
  }
}

/// Chance that is the same in each run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
