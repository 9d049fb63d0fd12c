/// Why a column's value could not be read.
public struct RowDecodingError: Error, Hashable, Sendable {
  /// What was wrong.
  public enum Reason: Hashable, Sendable {
    /// The result has no such column, but these.
    case noSuchColumn(available: [String])
    /// Several columns have that name.
    case ambiguousColumn
    /// The value is `NULL`.
    case null
    /// The text is no value of the type.
    case malformed(String)
    /// One row was expected, not this many.
    case rowCount(Int)
  }

  /// The column's name, or its number from 0.
  public let column: String
  /// The Swift type to be read.
  public let type: String
  /// What was wrong.
  public let reason: Reason
}

extension RowDecodingError: CustomStringConvertible {
  /// One sentence that names the column and the type.
  public var description: String {
    switch reason {
    case .noSuchColumn(let available):
      "The result has no column \(column); it has \(available.joined(separator: ", "))."
    case .ambiguousColumn: "The result has several columns named \(column)."
    case .null: "Column \(column) is NULL where \(type) was expected."
    case .malformed(let text): "Column \(column) holds '\(text.prefix(80))', which is no \(type)."
    case .rowCount(let count): "The result has \(count) rows where one was expected."
    }
  }
}
