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
}
