public import Postgres

/// A statement that changes many rows, cut in two: a list of its rows, made once from one snapshot, and the change of
/// those that are taken from the list.
///
/// A row is taken from the list in the transaction that changes it, so that each is changed once, whatever is cut off.
public struct BatchedRows: Sendable, Hashable {
  /// What the statement does.
  public enum Kind: String, Sendable, Hashable { case update, delete, insert }

  /// What the statement does.
  public var kind: Kind
  /// The columns that tell the table's rows apart; for an `INSERT` those that get a value.
  public var columns: [String]
  /// The columns that are `NOT NULL`, of those that an `INSERT` gives a value.
  public var notNull: [String] = []
  /// The columns whose new value is the same for all rows and is computed with the list.
  public var constants: [String] = []
  /// Whether all is decided with the list: which rows change, whatever they hold by then, and what they get.
  public var isFixed = false
  /// Whether a row that was changed since it was listed is left to another list.
  public var isChecked = false
  /// Whether what a row gets may depend on the rows before it.
  public var inOrder = false

  /// What the rows that a batch takes from the list are called.
  public static let taken = "djogi_taken"

  /// What a list calls the version of a row.
  static let version = "djogi_version"

  static func key(_ index: Int) -> String { "djogi_key_\(index + 1)" }
  static func constant(_ index: Int) -> String { "djogi_value_\(index + 1)" }

  /// The statements that make the list.
  ///
  /// - Parameters:
  ///   - sql: The statement.
  ///   - list: The new table.
  public func listing(_ sql: String, into list: QualifiedName) throws(RewriteError) -> [String] {
    let statement = try RowStatement.read(sql)
    return try RewriteError.wrapping(sql) { () throws(GrammarError) in
      switch statement {
      case .update, .delete:
        [try statement.listing(self, into: list), "ANALYZE \(list)"]
      case .insert(let insert):
        [
          "CREATE TABLE \(list) AS SELECT \(Self.names(columns)) FROM \(statement.table) WITH NO DATA"
        ]
          + notNull.map {
            "ALTER TABLE \(list) ALTER COLUMN \(Quoting.identifier($0)) SET NOT NULL"
          } + [try statement.filling(insert, list), "ANALYZE \(list)"]
      }
    }
  }

  /// The statement that changes the rows that a batch has taken from the list.
  public func change(_ sql: String) throws(RewriteError) -> String {
    let statement = try RowStatement.read(sql)
    return try RewriteError.wrapping(sql) { () throws(GrammarError) in
      try statement.change(self)
    }
  }

  /// What is true of a row of the list that nothing has changed since, which is kept so.
  ///
  /// - Parameter table: The table that the statement changes.
  public func isUnchanged(in table: QualifiedName) -> String {
    guard isChecked else { return "true" }
    let keys = columns.enumerated().map { index, column in
      "djogi_there.\(Quoting.identifier(column)) = \(Self.key(index))"
    }
    return "EXISTS (SELECT FROM \(table) AS djogi_there WHERE \(keys.joined(separator: " AND ")) "
      + "AND djogi_there.xmin::text = \(Self.version) FOR UPDATE)"
  }

  /// The statement that looks once more at the rows that are left in the list; `nil` where none can be.
  ///
  /// - Parameters:
  ///   - sql: The statement.
  ///   - list: The list.
  public func rest(_ sql: String, of list: QualifiedName) throws(RewriteError) -> String? {
    guard isChecked else { return nil }
    var plain = self
    (plain.isFixed, plain.isChecked, plain.constants) = (false, false, [])
    let with = try naming(sql).map { $0 + "," } ?? "WITH"
    return "\(with) \(Self.taken) AS (SELECT * FROM \(list)) \(try plain.change(sql))"
  }

  /// `WITH` and the queries that the statement gives names; `nil` where it gives none.
  ///
  /// - Parameter sql: The statement.
  public func naming(_ sql: String) throws(RewriteError) -> String? {
    let statement = try RowStatement.read(sql)
    return try RewriteError.wrapping(sql) { () throws(GrammarError) in try statement.naming() }
  }

  /// Columns as SQL lists them.
  static func names(_ columns: [String]) -> String {
    columns.map(Quoting.identifier).joined(separator: ", ")
  }
}
