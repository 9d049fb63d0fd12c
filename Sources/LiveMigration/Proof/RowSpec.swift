/// Rows that go into a copy together or not at all.
struct RowSpec: Sendable {
  enum Origin: Sendable {
    /// Values of real rows.
    case sampled
    /// Made from types, to be an ordinary row.
    case ordinary
    /// A row with one unusual value.
    case unusual
  }

  var table: String
  var origin: Origin
  /// Statements of which the first that the copy accepts is enough, each a list that must succeed together.
  var insert: String
  /// What is tried for each row by itself where all at once is refused.
  var singly: [String] = []
}
