internal import Postgres
internal import Rehearsals
internal import Synchronization

/// Tables with their mirrors, a migration of theirs, and what clients write all the while.
struct Scenario: Sendable {
  /// A table that clients write to, and the columns that its mirror repeats.
  struct Mirrored: Sendable {
    var table: String
    var columns: [String]
  }

  var name: String
  var setup: String
  var migration: String
  var mirrored: [Mirrored]
  /// The tables of which an outsider may lock one.
  var lockable: [String]
  /// A question that is answered with 0 when the migration has done its work on every row.
  var check: String?
  /// Makes a client's next statement.
  var statement: @Sendable (Turn) -> SQL

  /// A client that is about to write.
  struct Turn: Sendable {
    var client: Int
    var random: RandomSource
    var numbers: Numbers

    func id(below bound: Int = 1700) -> Int { random.int(in: 1...bound) }
  }

  /// Numbers of which none comes twice.
  final class Numbers: Sendable {
    private let last: Atomic<Int>

    init(after last: Int) { self.last = Atomic(last) }

    func next() -> Int { last.add(1, ordering: .relaxed).newValue }
  }

  static let all = [
    typeChange, notNull, uniqueKey, volatileDefault, referencedKey, stagedDrop, partitioned,
  ]

  /// How many rows the tables have at first; new rows have numbers after it.
  static let rows = 1500
}

extension Scenario {
  /// A new row of a table, and its copy.
  static func insert(
    into table: String, _ columns: String, _ values: SQL
  ) -> SQL {
    """
    WITH done AS (INSERT INTO \(raw: table) (\(raw: columns)) \(sql: values)
      RETURNING \(raw: columns))
    INSERT INTO mirror.\(raw: table) (\(raw: columns)) SELECT \(raw: columns) FROM done
    """
  }

  /// A change of one column of a row, and of its copy.
  static func update(_ table: String, _ column: String, _ value: SQL, id: Int) -> SQL {
    """
    WITH done AS (UPDATE \(raw: table) SET \(raw: column) = \(sql: value) WHERE id = \(id)
      RETURNING id, \(raw: column))
    UPDATE mirror.\(raw: table) AS m SET \(raw: column) = done.\(raw: column) FROM done
    WHERE m.id = done.id
    """
  }

  /// A row that goes, and its copy.
  static func delete(from table: String, id: Int) -> SQL {
    """
    WITH done AS (DELETE FROM \(raw: table) WHERE id = \(id) RETURNING id)
    DELETE FROM mirror.\(raw: table) AS m USING done WHERE m.id = done.id
    """
  }
}
