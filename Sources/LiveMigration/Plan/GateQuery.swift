public import Postgres
internal import SchemaChange

/// A question whose answer must be known before the plan goes on.
public struct GateQuery: Sendable, Hashable {
  /// A short name, unique in the plan: `ledger_entry.amount in step`.
  public var name: String
  /// What it asks about; what it finds is told by it.
  public var kind: Kind
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
  /// What makes it agree; `nil` where that is the operator's to do.
  public var pass: FurtherPass?

  /// What a gate asks about.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whether each row's value converts; it alone tells the rows of a chunk that the data refuses.
    case converts
    /// Anything else: rows that break a rule, an index that is not valid.
    case state
  }

  /// Rows of a table that have something in common, which each of them tells without the others.
  public struct RowCondition: Sendable, Hashable, Codable {
    /// The table; a partitioned one is read leaf by leaf.
    public var table: QualifiedName
    /// What the condition calls a row.
    public var alias: String
    /// What is true of the rows that are counted.
    public var condition: String
    /// An expression that names a row; `nil` where none was planned.
    public var rowName: String?

    /// Makes a condition.
    public init(
      table: QualifiedName, alias: String, condition: String, rowName: String? = nil
    ) {
      self.table = table
      self.alias = alias
      self.condition = condition
      self.rowName = rowName
    }
  }

  /// Makes a gate query.
  public init(
    name: String, kind: Kind = .state, query: String, expected: Int64, sample: String? = nil,
    rows: RowCondition? = nil, isAskedAgain: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.query = query
    self.expected = expected
    self.sample = sample
    self.rows = rows
    self.isAskedAgain = isAskedAgain
  }
}

extension GateQuery {
  /// The relations that it reads.
  var relations: [QualifiedName] {
    ((try? StatementRewriter.mentions(in: query)) ?? []).sorted { $0.quoted < $1.quoted }
  }

  /// What a gate calls a row.
  static let row = "djogi_row"
  /// How many rows a sample names.
  static let sampleSize = 5

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
    let name = (gate: name, row: table.rowName(row))
    return GateQuery(
      name: name.gate, query: "SELECT count(*) \(from)", expected: 0,
      sample: "SELECT \(name.row) \(from) LIMIT \(sampleSize)",
      rows: looksElsewhere
        ? nil
        : RowCondition(
          table: table.name, alias: alias, condition: condition, rowName: name.row))
  }
}
