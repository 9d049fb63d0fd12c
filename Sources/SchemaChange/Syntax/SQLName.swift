internal import Postgres

/// Names inside SQL text.
enum SQLName {
  /// An identifier as SQL.
  static func quoted(_ identifier: String) -> String {
    "\"" + identifier.replacing("\"", with: "\"\"") + "\""
  }

  /// A relation's name as SQL.
  static func quoted(_ name: QualifiedName) -> String {
    Deparse.name([name.schema, name.name].compactMap(\.self))
  }
}
