internal import Postgres

/// The lines of a migration's text, to show what a message is about; passwords in them are masked.
public struct SourceExcerpt: Sendable {
  private let map: SourceMap

  /// Takes the text of a file.
  public init(_ text: String) {
    map = SourceMap(Masking.shown(text, keepingColumns: true), file: nil)
  }

  /// What is shown of the line that holds a place.
  public func window(at location: SourceLocation) -> SourceWindow {
    map.window(at: location)
  }
}
