internal import CGrammar
internal import Postgres

extension Node where Message == pg_query_ColumnRef {
  /// The parts as written; a `*` is left out.
  var parts: [String] { self[pg_query_ColumnRef_fields].strings }

  /// The column's name; `nil` for `*` and `t.*`.
  var column: String? { self[pg_query_ColumnRef_fields].last?.string }

  /// The table that qualifies it, as written.
  var qualifier: QualifiedName? {
    let before = parts.dropLast(column == nil ? 0 : 1)
    return before.last.map { QualifiedName(schema: before.dropLast().last, name: $0) }
  }
}

extension AnyNode {
  /// Renames columns in every reference that is bare or qualified by one of `tables`.
  func renameColumns(_ map: [String: String], qualifiedBy tables: Set<QualifiedName>) {
    for reference in all(pg_query_ColumnRef.self) {
      guard let column = reference.column, let new = map[column] else { continue }
      if let qualifier = reference.qualifier, !tables.covers(qualifier) { continue }
      reference[pg_query_ColumnRef_fields].last?.rename(to: new)
    }
  }
}

extension AnyNode {
  /// Takes the table's name away in front of its columns; `false` where none bears it.
  func dropQualifiers(of table: QualifiedName) -> Bool {
    var isChanged = false
    for reference in all(pg_query_ColumnRef.self) {
      guard let column = reference.column, let qualifier = reference.qualifier,
        Set([table]).covers(qualifier)
      else { continue }
      reference.replace(
        pg_query_ColumnRef_resize_fields, with: reference.tree.strings([column]))
      isChanged = true
    }
    return isChanged
  }
}

extension Node where Message == pg_query_Node {
  /// Changes the text of a `String` node.
  func rename(to text: String) {
    self[pg_query_Node_string]?.set(pg_query_String_set_sval, to: text)
  }

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
