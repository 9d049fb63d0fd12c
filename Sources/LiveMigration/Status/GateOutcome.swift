public import Postgres

/// What a gate query answered.
public struct GateOutcome: Sendable, Hashable {
  /// The query's name.
  public var name: String
  /// The value that it must return.
  public var expected: Int64
  /// The value that it returned; `nil` when the server refused the query.
  public var found: Int64?
  /// The server's refusal.
  public var error: ServerError?
  /// A few offending rows.
  public var sample: [String]

  /// A Boolean value telling whether the data agrees.
  public var agrees: Bool { found == expected }
}
