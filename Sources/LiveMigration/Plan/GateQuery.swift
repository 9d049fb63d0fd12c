public import Postgres
internal import SchemaChange

/// A question whose answer must be known before the plan goes on.
public struct GateQuery: Sendable, Hashable {
  /// A short name, unique in the plan: `ledger_entry.amount in step`.
  public var name: String
  /// A query that returns one `bigint`.
  public var query: String
  /// The value that it must return.
  public var expected: Int64
  /// A query that returns one text column naming offending rows, with a limit of its own.
  public var sample: String?
  /// What `query` counts, where it looks at each row by itself; `nil` where only the whole query has the answer.
  public var rows: RowCondition?
  /// Whether it must still agree when the plan finalizes, right before what is legacy goes.
  public var isAskedAgain: Bool

  /// Rows of a table that have something in common, which each of them tells without the others.
  public struct RowCondition: Sendable, Hashable {
    /// The table; a partitioned one is read leaf by leaf.
    public var table: QualifiedName
    /// What the condition calls a row.
    public var alias: String
    /// What is true of the rows that are counted.
    public var condition: String

    /// Makes a condition.
    public init(table: QualifiedName, alias: String, condition: String) {
      self.table = table
      self.alias = alias
      self.condition = condition
    }
  }

  /// Makes a gate query.
  public init(
    name: String, query: String, expected: Int64, sample: String? = nil, rows: RowCondition? = nil,
    isAskedAgain: Bool = false
  ) {
    self.name = name
    self.query = query
    self.expected = expected
    self.sample = sample
    self.rows = rows
    self.isAskedAgain = isAskedAgain
  }
}

extension GateQuery {
  /// What a gate calls a row.
  static let row = "djogi_row"
  /// Where a sample ends.
  static let limit = " LIMIT 5"

  /// Asks whether a condition is true of no row of a table.
  ///
  /// - Parameters:
  ///   - alias: What the condition calls a row.
  ///   - looksElsewhere: Whether the condition reads other tables, which is better done once for all rows.
  static func noRow(
    of table: TableFacts, as alias: String = row, where condition: String, name: String,
    looksElsewhere: Bool = false
  ) -> GateQuery {
    let row = Quoting.identifier(alias)
    let from = "FROM \(table.name) AS \(row) WHERE \(condition)"
    return GateQuery(
      name: name, query: "SELECT count(*) \(from)", expected: 0,
      sample: "SELECT \(table.rowName(row)) \(from)\(limit)",
      rows: looksElsewhere
        ? nil : RowCondition(table: table.name, alias: alias, condition: condition))
  }
}
