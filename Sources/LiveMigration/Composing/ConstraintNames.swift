internal import SchemaChange

extension AddConstraint {
  /// The columns that it names itself.
  var columns: [String] {
    switch kind {
    case .check(let expression):
      ((try? SQLExpression.columns(in: expression)) ?? []).sorted()
    case .foreignKey(let columns, _, _), .unique(let columns, _), .primaryKey(let columns): columns
    case .notNull(let column): [column]
    case .exclude: []
    }
  }

  /// The last word of the name that the server would choose.
  var word: String {
    switch kind {
    case .check: "check"
    case .foreignKey: "fkey"
    case .unique: "key"
    case .primaryKey: "pkey"
    case .notNull: "not_null"
    case .exclude: "excl"
    }
  }
}
