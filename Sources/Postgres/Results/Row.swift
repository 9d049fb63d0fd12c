/// One row of a result.
public struct Row: Sendable {
  private let rows: Rows
  private let index: Int

  init(rows: Rows, index: Int) {
    self.rows = rows
    self.index = index
  }

  /// The columns' names, in order.
  public var columnNames: [String] { rows.columnNames }

  /// The values as the server wrote them, in order; `nil` is `NULL`.
  public var texts: [String?] {
    rows.columnNames.indices.map { rows.value(row: index, column: $0) }
  }

  /// Reads a column by its name.
  ///
  /// - Throws: `RowDecodingError` when the result has no or several such columns, or the value is no
  ///   `type`, or `NULL` while `type` is not optional.
  public func decode<Value: PostgresDecodable>(
    _ column: String, as type: Value.Type = Value.self
  ) throws(RowDecodingError) -> Value {
    guard let number = rows.columnNames.firstIndex(of: column) else {
      throw error(column, type, .noSuchColumn(available: rows.columnNames))
    }
    guard rows.columnNames.lastIndex(of: column) == number else {
      throw error(column, type, .ambiguousColumn)
    }
    return try value(at: number, named: column)
  }

  /// Reads a column by its number from 0.
  ///
  /// - Throws: `RowDecodingError` when the result has no such column, or the value is no `type`, or
  ///   `NULL` while `type` is not optional.
  public func decode<Value: PostgresDecodable>(
    _ column: Int, as type: Value.Type = Value.self
  ) throws(RowDecodingError) -> Value {
    guard rows.columnNames.indices.contains(column) else {
      throw error("number \(column)", type, .noSuchColumn(available: rows.columnNames))
    }
    return try value(at: column, named: rows.columnNames[column])
  }

  private func value<Value: PostgresDecodable>(
    at number: Int, named name: String
  ) throws(RowDecodingError) -> Value {
    guard let text = rows.value(row: index, column: number) else {
      if let value = Value.postgresNull { return value }
      throw error(name, Value.self, .null)
    }
    guard let value = Value(postgresText: text) else {
      throw error(name, Value.self, .malformed(text))
    }
    return value
  }

  private func error(
    _ column: String, _ type: Any.Type, _ reason: RowDecodingError.Reason
  ) -> RowDecodingError {
    RowDecodingError(column: column, type: "\(type)", reason: reason)
  }
}
