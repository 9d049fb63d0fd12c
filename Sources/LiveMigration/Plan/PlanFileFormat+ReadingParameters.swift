internal import Postgres

extension PlanFileFormat {
  static func segment(from reader: JSONReader) throws(PlanRefusal) -> Segment {
    try reader.allow(["purpose", "work", "undo"])
    return Segment(
      purpose: try reader.member("purpose").string(), work: try work(from: reader.member("work")),
      undo: try reader.member("undo").strings())
  }

  private static func work(from reader: JSONReader) throws(PlanRefusal) -> Segment.Work {
    switch try reader.member("kind").word(WorkKind.self) {
    case .transactional:
      try reader.allow(["kind", "statements"])
      return .transactional(statements: try reader.member("statements").strings())
    case .buildIndex:
      try reader.allow(["kind", "index", "table", "statement"])
      return .buildIndex(
        index: try name(from: reader.member("index")),
        table: try name(from: reader.member("table")),
        statement: try reader.member("statement").string())
    case .dropIndex:
      try reader.allow(["kind", "index", "statement"])
      return .dropIndex(
        index: try name(from: reader.member("index")),
        statement: try reader.member("statement").string())
    case .outsideTransaction:
      try reader.allow(["kind", "statement"])
      return .outsideTransaction(statement: try reader.member("statement").string())
    }
  }

  private static func name(from reader: JSONReader) throws(PlanRefusal) -> QualifiedName {
    try reader.allow(["schema", "name"])
    return QualifiedName(
      schema: try reader.optionalMember("schema")?.string(),
      name: try reader.member("name").string())
  }

  static func hook(from reader: JSONReader) throws(PlanRefusal) -> Hook {
    try reader.allow([
      "table", "column", "shadow", "codec", "install", "prefer_shadow", "remove", "undo",
    ])
    return Hook(
      table: try name(from: reader.member("table")),
      column: try reader.member("column").string(), shadow: try reader.member("shadow").string(),
      codec: try codec(from: reader.optionalMember("codec")),
      install: try reader.member("install").strings(),
      preferShadow: try reader.member("prefer_shadow").strings(),
      remove: try reader.member("remove").strings(), undo: try reader.member("undo").strings())
  }

  private static func codec(from reader: JSONReader?) throws(PlanRefusal) -> Hook.Codec? {
    guard let reader else { return nil }
    try reader.allow(["from", "to"])
    return Hook.Codec(
      from: try reader.member("from").string(), to: try reader.member("to").string())
  }

  static func backfill(from reader: JSONReader) throws(PlanRefusal) -> TableBackfill {
    try reader.allow(["table", "assignments", "condition"])
    return TableBackfill(
      table: try name(from: reader.member("table")),
      assignments: try reader.member("assignments").array().map(assignment),
      condition: try reader.member("condition").string())
  }

  private static func assignment(
    from reader: JSONReader
  ) throws(PlanRefusal) -> TableBackfill.Assignment {
    try reader.allow(["column", "expression"])
    return TableBackfill.Assignment(
      column: try reader.member("column").string(),
      expression: try reader.member("expression").string())
  }

  static func gate(from reader: JSONReader) throws(PlanRefusal) -> GateQuery {
    try reader.allow(["name", "query", "expected", "sample", "rows", "asked_again"])
    return GateQuery(
      name: try reader.member("name").string(), query: try reader.member("query").string(),
      expected: try reader.member("expected").integer(),
      sample: try reader.optionalMember("sample")?.string(),
      rows: try rows(from: reader.optionalMember("rows")),
      isAskedAgain: try reader.optionalMember("asked_again")?.boolean() ?? false)
  }

  private static func rows(
    from reader: JSONReader?
  ) throws(PlanRefusal) -> GateQuery.RowCondition? {
    guard let reader else { return nil }
    try reader.allow(["table", "alias", "condition"])
    return GateQuery.RowCondition(
      table: try name(from: reader.member("table")), alias: try reader.member("alias").string(),
      condition: try reader.member("condition").string())
  }
}

/// The words for a segment's work.
enum WorkKind: String, CaseIterable {
  case transactional
  case buildIndex = "build_index"
  case dropIndex = "drop_index"
  case outsideTransaction = "outside_transaction"
}
