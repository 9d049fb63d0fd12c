public import Postgres

/// What running a migration's statements against empty clones of its tables taught.
public struct ProbeOutcome: Sendable, Hashable {
  /// What each change did, by its position in the list of changes; `nil` where it could not be tried.
  public var results: [Result?]
  /// Each table's columns after the last change, by the name that the migration uses.
  ///
  /// The exact type, default, collation and storage that a direct run ends with.
  public var columnsAfter: [QualifiedName: [ColumnFacts]]

  /// The end of one statement on its clone.
  public enum Result: Sendable, Hashable {
    case forecast(Forecast)
    /// The server refused the statement; a direct run would fail too.
    case refused(ServerError)
  }

  /// Gathers what was learnt.
  public init(results: [Result?], columnsAfter: [QualifiedName: [ColumnFacts]] = [:]) {
    self.results = results
    self.columnsAfter = columnsAfter
  }
}
