public import Postgres

/// One table's rows to be filled, all columns in a single pass.
public struct TableBackfill: Sendable, Hashable {
  /// The table; a partitioned one is filled leaf by leaf.
  public var table: QualifiedName
  /// What each column is set to.
  public var assignments: [Assignment]
  /// "This row still needs work", as an SQL condition over the row's columns.
  public var condition: String
  /// Whether the rows are filled one after the other, as they are stored: a sequence gives them the numbers then that
  /// the server's own rewrite of the table would.
  public var inOrder: Bool
  /// Whether it is a statement of the migration itself, for which triggers fire as for a client's.
  public var isStatement: Bool
  /// What is done with the rows that need work.
  public var work: Work

  /// What is done with the rows that need work.
  public enum Work: Sendable, Hashable {
    /// The columns are set.
    case set
    /// The rows are deleted.
    case delete
    /// The rows are taken off the table, which is a list of others, and the statement changes what they name; `naming` is
    /// the `WITH` that stands before it.
    case take(statement: String, naming: String? = nil)
  }

  /// One column's new value.
  public struct Assignment: Sendable, Hashable, Codable {
    /// The column that is filled.
    public var column: String
    /// Its value as an SQL expression over the row's columns.
    public var expression: String

    /// Makes an assignment.
    public init(column: String, expression: String) {
      self.column = column
      self.expression = expression
    }
  }

  /// Makes a backfill.
  public init(
    table: QualifiedName, assignments: [Assignment], condition: String, inOrder: Bool = false,
    isStatement: Bool = false, work: Work = .set
  ) {
    self.table = table
    self.assignments = assignments
    self.condition = condition
    self.inOrder = inOrder
    self.isStatement = isStatement
    self.work = work
  }
}
