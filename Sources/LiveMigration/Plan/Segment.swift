public import Postgres

/// A piece of a step that is done whole or not at all.
///
/// A transactional segment commits together with the plan's new position. A concurrent one cannot run in a
/// transaction: it looks first, drops an invalid left-over, then builds, so it can be repeated.
public struct Segment: Sendable, Hashable, Codable {
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
    /// `CREATE INDEX CONCURRENTLY` of an index that is looked up by name before and after; on a partition, where that
    /// still belongs to `root`.
    case buildIndex(
      index: QualifiedName, table: QualifiedName, statement: PlannedStatement,
      root: QualifiedName? = nil)
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
    case .buildIndex(_, _, let statement, _), .dropIndex(_, let statement),
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
