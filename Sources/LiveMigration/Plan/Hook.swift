public import Postgres

/// A trigger that keeps a legacy column and its shadow in step, and the statements of its life.
public struct Hook: Sendable, Hashable, Codable {
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
  public struct Codec: Sendable, Hashable, Codable {
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
  public struct Types: Sendable, Hashable, Codable {
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
