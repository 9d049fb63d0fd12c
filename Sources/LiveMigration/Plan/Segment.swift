public import Postgres

/// A piece of a step that is done whole or not at all.
///
/// A transactional segment commits together with the plan's new position. A concurrent one cannot run in a
/// transaction: it looks first, drops an invalid left-over, then builds, so it can be repeated.
public struct Segment: Sendable, Hashable {
  /// What the segment is for, in a few words.
  public var purpose: String
  /// How it runs.
  public var work: Work
  /// Statements that take it back, each harmless when there is nothing to take back.
  public var undo: [PlannedStatement]

  /// How a segment runs.
  public enum Work: Sendable, Hashable {
    /// Statements of one transaction, under `lock_timeout`.
    case transactional(statements: [PlannedStatement])
    /// `CREATE INDEX CONCURRENTLY` of an index that is looked up by name before and after.
    case buildIndex(index: QualifiedName, table: QualifiedName, statement: PlannedStatement)
    /// `DROP INDEX CONCURRENTLY`, nothing to do when the index is gone.
    case dropIndex(index: QualifiedName, statement: PlannedStatement)
    /// Another statement that refuses a transaction block and may be repeated.
    case outsideTransaction(statement: PlannedStatement)
    /// A gate's question, which must agree before the segments after it run; nothing waits for it.
    case ask(gate: GateQuery)
  }

  /// Makes a segment.
  public init(purpose: String, work: Work, undo: [PlannedStatement] = []) {
    self.purpose = purpose
    self.work = work
    self.undo = undo
  }

  /// The statements that the segment runs.
  public var statements: [PlannedStatement] { work.statements }
}

extension Segment.Work {
  /// The statements that it runs.
  public var statements: [PlannedStatement] {
    switch self {
    case .transactional(let statements): statements
    case .buildIndex(_, _, let statement), .dropIndex(_, let statement),
      .outsideTransaction(let statement):
      [statement]
    case .ask: []
    }
  }

  /// Whether it runs in a transaction, and leaves nothing behind when it is cut off.
  var isTransactional: Bool {
    switch self {
    case .transactional, .ask: true
    case .buildIndex, .dropIndex, .outsideTransaction: false
    }
  }
}

extension Segment {
  /// One transaction.
  static func transaction(
    _ purpose: String, _ statements: [String], undo: [String] = []
  ) -> Segment {
    Segment(
      purpose: purpose, work: .transactional(statements: statements.planned), undo: undo.planned)
  }
}

/// A trigger that keeps a legacy column and its shadow in step, and the statements of its life.
public struct Hook: Sendable, Hashable {
  /// The table.
  public var table: QualifiedName
  /// The column that clients know.
  public var column: String
  /// The column that takes its place.
  public var shadow: String
  /// The codecs of both columns, where only the encoding differs; `nil` for a change of type.
  public var codec: Codec?
  /// The types of both columns, as the server writes them; `nil` for one column that gets its values, and in plans
  /// that older versions made.
  public var types: Types?
  /// Statements that add the column, its function and its trigger, all in one transaction.
  public var install: [PlannedStatement]
  /// Statements that let the shadow win when a client changes both; run by `cutover_writes`.
  public var preferShadow: [PlannedStatement]
  /// Statements that drop trigger and function (not the column).
  public var remove: [PlannedStatement]
  /// Statements that take the whole hook back, column included.
  public var undo: [PlannedStatement]
  /// Finds rows with a new value that the old column does not hold; `nil` in plans that older versions made.
  public var ahead: GateQuery?

  /// The SQL functions that say how a column's values are stored.
  public struct Codec: Sendable, Hashable {
    /// The function that reads the column that clients know.
    public var from: String
    /// The function that writes the column that takes its place.
    public var to: String

    /// Names the functions.
    public init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  /// The types of the column that clients know and of the one that takes its place.
  public struct Types: Sendable, Hashable {
    /// The type that clients know.
    public var from: String
    /// The type after the swap.
    public var to: String

    /// Names the types.
    public init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  /// What the hook is called in its ids: its table and column, after the codecs where there are any.
  public var label: String {
    guard let codec else { return "\(table)::\(column)" }
    return "codec::\(table)::\(column)::\(codec.from)->\(codec.to)"
  }

  /// Makes a hook.
  public init(
    table: QualifiedName, column: String, shadow: String, codec: Codec? = nil, types: Types? = nil,
    install: [PlannedStatement], preferShadow: [PlannedStatement], remove: [PlannedStatement],
    undo: [PlannedStatement], ahead: GateQuery? = nil
  ) {
    self.ahead = ahead
    self.table = table
    self.column = column
    self.shadow = shadow
    self.codec = codec
    self.types = types
    self.install = install
    self.preferShadow = preferShadow
    self.remove = remove
    self.undo = undo
  }
}

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
    /// The rows are taken off the table, which is a list of others, and the statement changes what they name.
    case take(statement: String)
  }

  /// One column's new value.
  public struct Assignment: Sendable, Hashable {
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
