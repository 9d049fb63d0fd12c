internal import CGrammar
internal import Postgres

extension Node where Message == pg_query_RangeVar {
  /// The relation's name as written.
  var qualifiedName: QualifiedName {
    QualifiedName(
      schema: self[pg_query_RangeVar_schemaname], name: self[pg_query_RangeVar_relname] ?? "")
  }

  /// Makes it name another relation.
  func retarget(_ name: QualifiedName) {
    set(pg_query_RangeVar_set_schemaname, to: name.schema)
    set(pg_query_RangeVar_set_relname, to: name.name)
  }
}

extension [String] {
  /// The parts of a dotted name as a relation's name; a database in front is left out.
  var relation: QualifiedName? {
    last.map { QualifiedName(schema: dropLast().last, name: $0) }
  }
}

extension AnyNode {
  /// Whether `ONLY` stands before a relation somewhere in it.
  var saysOnly: Bool { all(pg_query_RangeVar.self).contains { !$0[pg_query_RangeVar_inh] } }
}
