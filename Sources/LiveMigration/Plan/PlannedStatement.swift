public import SchemaChange
internal import Synchronization

/// A statement of a plan, with what was known of it when the plan was made.
///
/// Its way back belongs to the piece that it is part of, for a piece is taken back whole: ``Segment/undo``,
/// ``Hook/undo``.
public struct PlannedStatement: Sendable, Hashable {
  /// The statement.
  public var sql: String
  /// The relations that it names, with the locks that it takes on them as far as they are known.
  public var locks: [TableLock]
  /// Whether the server runs it inside a transaction block.
  public var isTransactional: Bool
  /// Whether it drops or empties something.
  public var destroys: Bool
  /// Whether it only takes its locks: `LOCK TABLE`.
  public var onlyLocks: Bool
  /// Whether it may lock relations that it does not name: a `DO` block.
  public var isOpaque: Bool

  /// Plans a statement: its effects are read from its text once and for all.
  public init(_ sql: String) { self.init(sql, effects: ReadEffects.of(sql)) }

  /// Plans a change by itself.
  public init(_ change: Change) { self.init(change.sql, effects: StatementEffects(of: [change])) }

  /// Plans a statement whose effects are known.
  public init(_ sql: String, effects: StatementEffects) {
    self.sql = sql
    locks = effects.locks
    isTransactional = effects.isTransactional
    destroys = effects.destroys
    onlyLocks = effects.onlyLocks
    isOpaque = effects.isOpaque
  }
}

/// The effects of statements that were read lately.
///
/// Reading them takes most of the time in which a plan is composed, and a plan that can keep the old shape has many of
/// its statements twice. The same text always has the same effects.
private enum ReadEffects {
  private static let most = 2_000
  private static let read = Mutex<[String: StatementEffects]>([:])

  static func of(_ sql: String) -> StatementEffects {
    if let known = read.withLock({ $0[sql] }) { return known }
    let effects = StatementEffects(of: sql)
    read.withLock { read in
      if read.count >= most { read.removeAll() }
      read[sql] = effects
    }
    return effects
  }
}

extension PlannedStatement: CustomStringConvertible {
  /// The statement's text.
  public var description: String { sql }
}

extension [String] {
  /// The statements, planned one by one.
  public var planned: [PlannedStatement] { map { PlannedStatement($0) } }
}
