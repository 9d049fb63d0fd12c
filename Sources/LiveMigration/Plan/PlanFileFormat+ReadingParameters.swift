internal import Postgres
internal import SchemaChange

extension PlanFileFormat {
  static func segment(from reader: JSONReader) throws(PlanRefusal) -> Segment {
    try reader.allow(["purpose", "work", "undo"])
    return Segment(
      purpose: try reader.member("purpose").string(), work: try work(from: reader.member("work")),
      undo: try statements(from: reader.member("undo")))
  }

  private static func work(from reader: JSONReader) throws(PlanRefusal) -> Segment.Work {
    switch try reader.member("kind").word(WorkKind.self) {
    case .transactional:
      try reader.allow(["kind", "statements"])
      return .transactional(statements: try statements(from: reader.member("statements")))
    case .buildIndex:
      try reader.allow(["kind", "index", "table", "statement"])
      return .buildIndex(
        index: try name(from: reader.member("index")),
        table: try name(from: reader.member("table")),
        statement: try self.statement(from: reader.member("statement")))
    case .dropIndex:
      try reader.allow(["kind", "index", "statement"])
      return .dropIndex(
        index: try name(from: reader.member("index")),
        statement: try self.statement(from: reader.member("statement")))
    case .outsideTransaction:
      try reader.allow(["kind", "statement"])
      return .outsideTransaction(statement: try self.statement(from: reader.member("statement")))
    case .ask:
      try reader.allow(["kind", "gate"])
      return .ask(gate: try gate(from: reader.member("gate")))
    }
  }

  static func name(from reader: JSONReader) throws(PlanRefusal) -> QualifiedName {
    try reader.allow(["schema", "name"])
    return QualifiedName(
      schema: try reader.optionalMember("schema")?.string(),
      name: try reader.member("name").string())
  }

  static func hook(from reader: JSONReader) throws(PlanRefusal) -> Hook {
    try reader.allow([
      "table", "column", "shadow", "codec", "types", "install", "prefer_shadow", "remove", "undo",
      "ahead",
    ])
    return Hook(
      table: try name(from: reader.member("table")),
      column: try reader.member("column").string(), shadow: try reader.member("shadow").string(),
      codec: try codec(from: reader.optionalMember("codec")),
      types: try types(from: reader.optionalMember("types")),
      install: try statements(from: reader.member("install")),
      preferShadow: try statements(from: reader.member("prefer_shadow")),
      remove: try statements(from: reader.member("remove")),
      undo: try statements(from: reader.member("undo")),
      ahead: try reader.optionalMember("ahead").map(gate))
  }

  private static func codec(from reader: JSONReader?) throws(PlanRefusal) -> Hook.Codec? {
    guard let reader else { return nil }
    try reader.allow(["from", "to"])
    return Hook.Codec(
      from: try reader.member("from").string(), to: try reader.member("to").string())
  }

  private static func types(from reader: JSONReader?) throws(PlanRefusal) -> Hook.Types? {
    guard let reader else { return nil }
    try reader.allow(["from", "to"])
    return Hook.Types(
      from: try reader.member("from").string(), to: try reader.member("to").string())
  }

  static func backfill(from reader: JSONReader) throws(PlanRefusal) -> TableBackfill {
    try reader.allow([
      "table", "assignments", "condition", "in_order", "statement", "delete", "take",
    ])
    var work = TableBackfill.Work.set
    if try reader.optionalMember("delete")?.boolean() ?? false { work = .delete }
    if let statement = try reader.optionalMember("take")?.string() {
      work = .take(statement: statement)
    }
    return TableBackfill(
      table: try name(from: reader.member("table")),
      assignments: try reader.member("assignments").array().map(assignment),
      condition: try reader.member("condition").string(),
      inOrder: try reader.optionalMember("in_order")?.boolean() ?? false,
      isStatement: try reader.optionalMember("statement")?.boolean() ?? false, work: work)
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
    if reader.format == "1" {
      try reader.allow(["name", "query", "expected", "sample", "rows", "asked_again"])
    } else {
      try reader.allow(["name", "kind", "query", "expected", "sample", "rows", "asked_again"])
    }
    var gate = GateQuery(
      name: try reader.member("name").string(), query: try reader.member("query").string(),
      expected: try reader.member("expected").integer(),
      sample: try reader.optionalMember("sample")?.string(),
      rows: try rows(from: reader.optionalMember("rows")),
      isAskedAgain: try reader.optionalMember("asked_again")?.boolean() ?? false)
    if reader.format == "1" {
      gate.completeFromFormat1()
    } else {
      gate.kind = try reader.member("kind").word(GateQuery.Kind.self)
    }
    return gate
  }

  private static func rows(
    from reader: JSONReader?
  ) throws(PlanRefusal) -> GateQuery.RowCondition? {
    guard let reader else { return nil }
    if reader.format == "1" {
      try reader.allow(["table", "alias", "condition"])
    } else {
      try reader.allow(["table", "alias", "condition", "row_name"])
    }
    return GateQuery.RowCondition(
      table: try name(from: reader.member("table")), alias: try reader.member("alias").string(),
      condition: try reader.member("condition").string(),
      rowName: try reader.optionalMember("row_name")?.string())
  }
}

// MARK: - Statements

extension PlanFileFormat {
  static func statements(
    from reader: JSONReader
  ) throws(PlanRefusal) -> [PlannedStatement] {
    try reader.array().map { element throws(PlanRefusal) in try statement(from: element) }
  }

  /// A file of format 1 has the text alone: what is to be known of it is read from that.
  private static func statement(from reader: JSONReader) throws(PlanRefusal) -> PlannedStatement {
    if reader.format == "1" { return PlannedStatement(try reader.string()) }
    try reader.allow(["sql", "locks", "transactional", "destroys", "only_locks", "opaque"])
    var effects = StatementEffects()
    effects.locks = try reader.optionalMember("locks")?.array().map(lock) ?? []
    effects.isTransactional = try reader.optionalMember("transactional")?.boolean() ?? true
    effects.destroys = try reader.optionalMember("destroys")?.boolean() ?? false
    effects.onlyLocks = try reader.optionalMember("only_locks")?.boolean() ?? false
    effects.isOpaque = try reader.optionalMember("opaque")?.boolean() ?? false
    return PlannedStatement(try reader.member("sql").string(), effects: effects)
  }

  private static func lock(from reader: JSONReader) throws(PlanRefusal) -> TableLock {
    try reader.allow(["relation", "mode", "reach", "of_index", "loses"])
    return TableLock(
      try name(from: reader.member("relation")),
      try reader.optionalMember("mode")?.word(LockMode.self),
      reach: try reader.optionalMember("reach")?.word(TableLock.Reach.self) ?? .alone,
      isOfIndex: try reader.optionalMember("of_index")?.boolean() ?? false,
      loses: try loss(from: reader.optionalMember("loses")))
  }

  private static func loss(from reader: JSONReader?) throws(PlanRefusal) -> TableLock.Loss {
    guard let reader else { return .nothing }
    try reader.allow(["kind", "name"])
    switch try reader.member("kind").string() {
    case "table": return .table
    case "column": return .column(try reader.member("name").string())
    case "constraint": return .constraint(try reader.member("name").string())
    default: throw try reader.member("kind").invalid("must be table, column, constraint")
    }
  }
}

extension GateQuery {
  /// Fills in what format 1 says by the gate's name and its sample alone.
  fileprivate mutating func completeFromFormat1() {
    if name.hasSuffix(": every value converts") { kind = .converts }
    guard let rows, let sample else { return }
    let row = Quoting.identifier(rows.alias)
    let (head, tail) = (
      "SELECT ", " FROM \(rows.table) AS \(row) WHERE \(rows.condition) LIMIT \(Self.sampleSize)"
    )
    guard sample.hasPrefix(head), sample.hasSuffix(tail) else { return }
    self.rows?.rowName = String(sample.dropFirst(head.count).dropLast(tail.count))
  }
}

/// The words for a segment's work.
enum WorkKind: String, CaseIterable {
  case transactional
  case buildIndex = "build_index"
  case dropIndex = "drop_index"
  case outsideTransaction = "outside_transaction"
  case ask
}
