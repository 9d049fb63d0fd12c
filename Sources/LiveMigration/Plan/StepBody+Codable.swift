internal import Postgres
internal import SchemaChange

extension Segment.Work: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind, statements, index, table, statement, gate, root
  }

  private enum Kind: String, Codable, CaseIterable {
    case transactional
    case buildIndex = "build_index"
    case dropIndex = "drop_index"
    case outsideTransaction = "outside_transaction"
    case ask
  }

  /// Reads how a segment runs.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func name(_ key: CodingKeys) throws -> QualifiedName {
      try values.decode(QualifiedName.self, forKey: key)
    }
    func statement() throws -> PlannedStatement {
      try values.decode(PlannedStatement.self, forKey: .statement)
    }
    self =
      switch try values.word(.kind) as Kind {
      case .transactional:
        .transactional(statements: try values.decode([PlannedStatement].self, forKey: .statements))
      case .buildIndex:
        .buildIndex(
          index: try name(.index), table: try name(.table), statement: try statement(),
          root: try values.decodeIfPresent(QualifiedName.self, forKey: .root))
      case .dropIndex: .dropIndex(index: try name(.index), statement: try statement())
      case .outsideTransaction: .outsideTransaction(statement: try statement())
      case .ask: .ask(gate: try values.decode(GateQuery.self, forKey: .gate))
      }
  }

  /// Writes how a segment runs.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(kind, forKey: .kind)
    switch self {
    case .transactional(let statements): try values.encode(statements, forKey: .statements)
    case .buildIndex(let index, let table, let statement, let root):
      try values.encode(index, forKey: .index)
      try values.encode(table, forKey: .table)
      try values.encode(statement, forKey: .statement)
      try values.encodeIfPresent(root, forKey: .root)
    case .dropIndex(let index, let statement):
      try values.encode(index, forKey: .index)
      try values.encode(statement, forKey: .statement)
    case .outsideTransaction(let statement): try values.encode(statement, forKey: .statement)
    case .ask(let gate): try values.encode(gate, forKey: .gate)
    }
  }

  private var kind: Kind {
    switch self {
    case .transactional: .transactional
    case .buildIndex: .buildIndex
    case .dropIndex: .dropIndex
    case .outsideTransaction: .outsideTransaction
    case .ask: .ask
    }
  }
}

extension Hook {
  enum CodingKeys: String, CodingKey {
    case table, column, shadow, codec, types, install
    case preferShadow = "prefer_shadow"
    case remove, undo, ahead
  }
}

extension TableBackfill: Codable {
  private enum CodingKeys: String, CodingKey {
    case table, assignments, condition
    case inOrder = "in_order"
    case isStatement = "statement"
    case delete, take
    case naming = "with"
  }

  /// Reads a backfill.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    var work = Work.set
    if try values.decode(.delete, usually: false) { work = .delete }
    if values.contains(.take) {
      work = .take(
        statement: try values.decode(String.self, forKey: .take),
        naming: try values.decodeIfPresent(String.self, forKey: .naming))
    }
    self.init(
      table: try values.decode(QualifiedName.self, forKey: .table),
      assignments: try values.decode([Assignment].self, forKey: .assignments),
      condition: try values.decode(String.self, forKey: .condition),
      inOrder: try values.decode(.inOrder, usually: false),
      isStatement: try values.decode(.isStatement, usually: false), work: work)
  }

  /// Writes a backfill.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(table, forKey: .table)
    try values.encode(assignments, forKey: .assignments)
    try values.encode(condition, forKey: .condition)
    try values.encode(inOrder, .inOrder, unless: false)
    try values.encode(isStatement, .isStatement, unless: false)
    switch work {
    case .set: break
    case .delete: try values.encode(true, forKey: .delete)
    case .take(let statement, let naming):
      try values.encode(statement, forKey: .take)
      try values.encodeIfPresent(naming, forKey: .naming)
    }
  }
}

extension GateQuery: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, kind, query, expected, sample, rows
    case isAskedAgain = "asked_again"
    case pass
  }

  /// Reads a gate.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try values.decode(String.self, forKey: .name),
      query: try values.decode(String.self, forKey: .query),
      expected: try values.decode(Int64.self, forKey: .expected),
      sample: try values.decodeIfPresent(String.self, forKey: .sample),
      rows: try values.decodeIfPresent(RowCondition.self, forKey: .rows),
      isAskedAgain: try values.decode(.isAskedAgain, usually: false))
    if decoder.isOfFormat1 {
      completeFromFormat1()
    } else {
      kind = try values.word(.kind)
      pass = try values.decodeIfPresent(FurtherPass.self, forKey: .pass)
    }
  }

  /// Writes a gate.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(kind, forKey: .kind)
    try values.encode(query, forKey: .query)
    try values.encode(expected, forKey: .expected)
    try values.encodeIfPresent(sample, forKey: .sample)
    try values.encodeIfPresent(rows, forKey: .rows)
    try values.encode(isAskedAgain, .isAskedAgain, unless: false)
    try values.encodeIfPresent(pass, forKey: .pass)
  }

  /// Fills in what format 1 says by the gate's name and its sample alone.
  private mutating func completeFromFormat1() {
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

extension FurtherPass: Codable {
  private enum CodingKeys: String, CodingKey { case listing, backfill, ending }

  /// Reads a pass.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      listing: try values.decode(.listing, usually: []),
      backfill: try values.decode(TableBackfill.self, forKey: .backfill),
      ending: try values.decode(.ending, usually: []))
  }

  /// Writes a pass.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(listing, .listing, unless: [])
    try values.encode(backfill, forKey: .backfill)
    try values.encode(ending, .ending, unless: [])
  }
}

extension GateQuery.RowCondition {
  enum CodingKeys: String, CodingKey {
    case table, alias, condition
    case rowName = "row_name"
  }
}

extension PlannedStatement: Codable {
  private enum CodingKeys: String, CodingKey {
    case sql, locks
    case isTransactional = "transactional"
    case destroys
    case onlyLocks = "only_locks"
    case isOpaque = "opaque"
  }

  /// Reads a statement; format 1 has its text alone, from which is read what is to be known of it.
  public init(from decoder: any Decoder) throws {
    guard !decoder.isOfFormat1 else {
      self.init(try decoder.singleValueContainer().decode(String.self))
      return
    }
    let values = try decoder.container(keyedBy: CodingKeys.self)
    var effects = StatementEffects()
    effects.locks = try values.decode(.locks, usually: [])
    effects.isTransactional = try values.decode(.isTransactional, usually: true)
    effects.destroys = try values.decode(.destroys, usually: false)
    effects.onlyLocks = try values.decode(.onlyLocks, usually: false)
    effects.isOpaque = try values.decode(.isOpaque, usually: false)
    self.init(try values.decode(String.self, forKey: .sql), effects: effects)
  }

  /// Writes a statement; what is usual of it is left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(sql, forKey: .sql)
    try values.encode(locks, .locks, unless: [])
    try values.encode(isTransactional, .isTransactional, unless: true)
    try values.encode(destroys, .destroys, unless: false)
    try values.encode(onlyLocks, .onlyLocks, unless: false)
    try values.encode(isOpaque, .isOpaque, unless: false)
  }
}
