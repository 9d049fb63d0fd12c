/// What `set` shows and changes.
struct SessionSettings: Hashable, Sendable {
  /// How `sql` lays out rows.
  enum Expanded: String, Hashable, Sendable, CaseIterable {
    case off, on, auto
  }

  /// The layout of rows.
  var expanded = Expanded.off
  /// Whether the time that each command took is told.
  var timing = false
  /// What stands for NULL in rows.
  var null = ""

  /// The names, sorted.
  static let names = ["expanded", "null", "output", "timing"]

  /// The values that a setting can have; none for one that takes any.
  static func values(of name: String) -> [String] {
    switch name {
    case "expanded": Expanded.allCases.map(\.rawValue)
    case "output": OutputFormat.allCases.map(\.rawValue)
    case "timing": ["on", "off"]
    default: []
    }
  }
}
