/// A place in a migration file.
public struct SourceLocation: Hashable, Sendable, Codable {
  /// The file as the user named it; `nil` for text that came from no file.
  public var file: String?
  /// The line, counted from 1.
  public var line: Int
  /// The column in characters, counted from 1.
  public var column: Int

  /// Names a place.
  public init(file: String? = nil, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}
