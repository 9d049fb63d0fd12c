/// The rows of a result, all in memory and free of the session they came from.
public struct Rows: Sendable, RandomAccessCollection {
  /// The columns' names, in order; two may be equal.
  public let columnNames: [String]
  /// The columns' types, in order.
  public let columnTypes: [PostgresType]
  /// How many rows there are.
  public let count: Int
  /// The values of all rows, one row after the other.
  private let values: [String?]

  init(columnNames: [String], columnTypes: [PostgresType], count: Int, values: [String?]) {
    self.columnNames = columnNames
    self.columnTypes = columnTypes
    self.count = count
    self.values = values
  }

  /// No rows of no columns.
  static let none = Rows(columnNames: [], columnTypes: [], count: 0, values: [])

  /// The first row's number.
  public var startIndex: Int { 0 }
  /// The number after the last row's.
  public var endIndex: Int { count }

  /// A row by its number from 0.
  public subscript(position: Int) -> Row {
    precondition(position >= 0 && position < count, "row number out of range")
    return Row(rows: self, index: position)
  }

  func value(row: Int, column: Int) -> String? {
    values[row * columnNames.count + column]
  }

  /// The only row.
  ///
  /// - Throws: `RowDecodingError` when there is none or more than one.
  public func only() throws(RowDecodingError) -> Row {
    guard count == 1 else {
      throw RowDecodingError(column: "", type: "Row", reason: .rowCount(count))
    }
    return self[0]
  }
}

/// What a statement gave.
public struct CommandResult: Sendable {
  /// The rows; empty for a statement that returns none.
  public let rows: Rows
  /// How many rows the statement selected, inserted, updated or deleted; 0 for other statements.
  public let affectedRows: Int
  /// The command tag, such as `UPDATE 3` or `CREATE TABLE`; empty for an empty statement.
  public let tag: String
  /// How many notices were kept for `takeNotices()` when the statement ended.
  public let noticeCount: Int
}
