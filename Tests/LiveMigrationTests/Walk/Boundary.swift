/// The moment before a statement of a command, where something may strike.
struct Boundary: Sendable {
  /// The statement's number, counted from 0.
  var number: Int
  /// What tells it from others of the same command: two alike are the same place in the program, in a loop.
  var place: [String]
  /// Whether the statement changes what a dead program leaves behind.
  var changesWhatIsKept: Bool

  var beginsTransaction: Bool { place[1].hasPrefix("BEGIN") }
  var isConcurrent: Bool { place[1].contains("CONCURRENTLY") }

  /// The boundaries of a command that sends these statements.
  static func all(of statements: [String]) -> [Boundary] {
    var isOpen = false
    return statements.indices.map { number in
      let text = statements[number]
      if text.hasPrefix("BEGIN") { isOpen = true }
      if text.hasPrefix("COMMIT") || text.hasPrefix("ROLLBACK") { isOpen = false }
      var place = [number > 0 ? statements[number - 1] : "", text]
      if text.hasPrefix("BEGIN") {
        // All transactions begin alike.
        let rest = statements[(number + 1)...]
        place += rest.prefix { !$0.hasPrefix("COMMIT") && !$0.hasPrefix("ROLLBACK") }
      }
      let isKept = !isOpen && !text.hasPrefix("SELECT") && !text.hasPrefix("ROLLBACK")
      return Boundary(number: number, place: place, changesWhatIsKept: isKept)
    }
  }

  /// The first and the last time that a command comes to each place.
  static func firstAndLast(_ boundaries: [Boundary]) -> [Boundary] {
    var last: [[String]: Int] = [:]
    for boundary in boundaries { last[boundary.place] = boundary.number }
    var seen: Set<[String]> = []
    return boundaries.filter {
      seen.insert($0.place).inserted || last[$0.place] == $0.number
    }
  }
}
