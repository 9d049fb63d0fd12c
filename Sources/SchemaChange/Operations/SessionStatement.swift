/// A statement that steers the session instead of the schema.
public enum SessionStatement: Sendable, Hashable {
  case begin, commit
  /// A savepoint, a rollback, and the like.
  case otherTransactionControl
  /// `SET name = value`, or `set_config`; no value for `DEFAULT`, `RESET`, or one that is no constant.
  case set(name: String, value: String?)
}

/// The rows that an `UPDATE` or `DELETE` of one table is about, as far as its `WHERE` clause tells.
///
/// There is none for a statement that joins other tables or runs subqueries.
public struct RowSelection: Sendable, Hashable {
  /// With how many constants each column is compared for equality; every row meets all of them.
  public var equal: [String: Int]
  /// The columns that are written; empty for `DELETE`.
  public var writes: Set<String>
  /// The whole of an `UPDATE` or a `DELETE` that can be made in parts.
  public var update: RowUpdate?

  /// Describes a choice of rows.
  public init(equal: [String: Int], writes: Set<String> = [], update: RowUpdate? = nil) {
    self.equal = equal
    self.writes = writes
    self.update = update
  }
}
