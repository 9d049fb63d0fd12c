/// The options of columns (`pg_attribute.attoptions`; manual, section 53.7).
public enum ColumnOptions {
  /// The condition that a statement has set an option, in SQL.
  ///
  /// Servers since November 2026 (15.20) keep a mark of their own among the options, `pg_attver`, which is another for
  /// each column and changes with it; like `pg_dump`, every reader leaves it out.
  ///
  /// - Parameter option: An option as `name=value`, as an expression of SQL.
  public static func isSet(_ option: String) -> String {
    "NOT starts_with(\(option), 'pg_attver=')"
  }
}
