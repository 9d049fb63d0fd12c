internal import CPGQuery
internal import Postgres

extension Node where Message == PgQuery__ColumnRef {
  /// The parts as written; a `*` is left out.
  var parts: [String] { list(\.fields, \.n_fields).strings }

  /// The column's name; `nil` for `*` and `t.*`.
  var column: String? { list(\.fields, \.n_fields).last?.string }

  /// The table that qualifies it, as written.
  var qualifier: QualifiedName? {
    let before = parts.dropLast(column == nil ? 0 : 1)
    return before.last.map { QualifiedName(schema: before.dropLast().last, name: $0) }
  }
}

extension AnyNode {
  /// Renames columns in every reference that is bare or qualified by one of `tables`.
  func renameColumns(_ map: [String: String], qualifiedBy tables: Set<QualifiedName>) {
    for reference in all(PgQuery__ColumnRef.self) {
      guard let column = reference.column, let new = map[column] else { continue }
      if let qualifier = reference.qualifier, !tables.covers(qualifier) { continue }
      reference.list(\.fields, \.n_fields).last?.rename(to: new)
    }
  }
}

extension AnyNode {
  /// Takes the table's name away in front of its columns; `false` where none bears it.
  func dropQualifiers(of table: QualifiedName) -> Bool {
    var isChanged = false
    for reference in all(PgQuery__ColumnRef.self) {
      guard let column = reference.column, let qualifier = reference.qualifier,
        Set([table]).covers(qualifier)
      else { continue }
      reference.replace(\.fields, \.n_fields, with: [newStringNode(column)])
      isChanged = true
    }
    return isChanged
  }
}

extension Node where Message == PgQuery__Node {
  /// Changes the text of a `String` node.
  func rename(to text: String) { self.as(PgQuery__String.self)?.set(\.sval, to: text) }

  /// Changes the text of a `String` node by a map.
  func rename(by map: [String: String]) {
    if let old = string, let new = map[old] { rename(to: new) }
  }
}

extension Set<QualifiedName> {
  /// Whether a written qualifier means one of these: `t` means `s.t` too.
  fileprivate func covers(_ written: QualifiedName) -> Bool {
    contains {
      $0.name == written.name
        && (written.schema == nil || $0.schema == nil || $0.schema == written.schema)
    }
  }
}
