public import Postgres

/// One thing that a migration wants, with the statement that does it alone and where it was written.
///
/// An `ALTER TABLE` with three commands is three changes, in the file's order.
public struct Change: Sendable, Hashable {
  /// What is wanted, free of where it came from.
  public var operation: SchemaOperation
  /// A complete statement that does this change and nothing else, without a trailing semicolon.
  public var sql: String
  /// Where the statement (or the command inside it) stands.
  public var location: SourceLocation
  /// The statement's number in its file, counted from 0; changes split from one statement share it.
  public var statementIndex: Int
  /// Every relation that the statement names anywhere, as written.
  public var mentions: Set<QualifiedName>
  /// Whether the server runs the statement inside a transaction block.
  public var transactional: Bool
  /// Rules that a comment on the statement switched off.
  public var suppressedRules: Set<RuleID>
  /// Whether `ONLY` was written, which leaves out the tables that inherit.
  public var isOnly = false
  /// Why a person vouches for a statement that cannot be looked into.
  public var vouched: String?
  /// Whether its rows are those that it chooses at the start, whatever clients write later.
  public var isOnce = false
  /// The number of the explicit transaction, from `BEGIN` to `COMMIT`, that it stands in.
  public var transaction: Int?
  /// What a `DO` block asks before it runs the statement, until the server has answered.
  public var guarded: StatementGuard?

  /// Describes one change.
  public init(
    operation: SchemaOperation, sql: String, location: SourceLocation, statementIndex: Int,
    mentions: Set<QualifiedName>, transactional: Bool = true, suppressedRules: Set<RuleID> = []
  ) {
    self.operation = operation
    self.sql = sql
    self.location = location
    self.statementIndex = statementIndex
    self.mentions = mentions
    self.transactional = transactional
    self.suppressedRules = suppressedRules
  }
}
