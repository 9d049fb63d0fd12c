internal import CPGQuery
internal import Postgres

extension Node where Message == PgQuery__RangeVar {
  /// The relation's name as written.
  var qualifiedName: QualifiedName {
    QualifiedName(schema: self.schemaname, name: self.relname ?? "")
  }

  /// Makes it name another relation.
  func retarget(_ name: QualifiedName) {
    set(\.schemaname, to: name.schema)
    set(\.relname, to: name.name)
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
  var saysOnly: Bool { all(PgQuery__RangeVar.self).contains { !$0.flag(\.inh) } }
}
