/// The lines of a migration's text, to show what a message is about.
public struct SourceExcerpt: Sendable {
  private let map: SourceMap

  /// Takes the text of a file.
  public init(_ text: String) { map = SourceMap(text, file: nil) }

  /// The line that holds a place, and the one under it that points at the place.
  public func lines(at location: SourceLocation) -> [String] {
    let line = map.line(location.line)
    return [line, Caret.line(under: line, column: location.column)]
  }
}
