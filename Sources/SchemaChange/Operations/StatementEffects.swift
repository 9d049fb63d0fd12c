internal import CGrammar
internal import Postgres

/// What the grammar tells of a statement: its locks, and what it does beside its own work.
public struct StatementEffects: Sendable, Hashable {
  /// The locks of the relations that it names, each once; those of unknown mode come last.
  public var locks: [TableLock] = []
  /// Whether the server runs it inside a transaction block.
  public var isTransactional = true
  /// Whether it drops or empties something; true of what the grammar does not read.
  public var destroys = false
  /// Whether it only takes locks: `LOCK TABLE`.
  public var onlyLocks = false
  /// Whether it runs code that the grammar does not look into: a `DO` block, a `CALL`.
  public var isOpaque = false

  /// Those of a statement that locks nothing.
  public init() {}

  /// Reads the effects of a statement, or of several.
  public init(of sql: String) {
    guard let changes = try? MigrationParser.parse(sql) else {
      self.init()
      destroys = true
      return
    }
    self.init(of: changes)
    if let tree = try? ParseTree(sql) { takeLockStatement(tree) }
  }

  /// The effects of changes that were read already.
  public init(of changes: [Change]) {
    locks = changes.flatMap(\.locks)
    isTransactional = changes.allSatisfy(\.transactional)
    destroys = changes.contains(where: \.operation.destroys)
    isOpaque = changes.contains(where: \.operation.isOpaque)
    let known = Set(locks.map(\.relation))
    let mentions = changes.reduce(into: Set<QualifiedName>()) { $0.formUnion($1.mentions) }
    locks += mentions.subtracting(known).sorted { $0.quoted < $1.quoted }.map { TableLock($0, nil) }
  }

  /// `LOCK TABLE` says itself what it takes.
  private mutating func takeLockStatement(_ tree: ParseTree) {
    guard let statement = tree.onlyStatement?[pg_query_Node_lock_stmt] else { return }
    let number = statement[pg_query_LockStmt_mode]
    guard LockMode.allCases.indices.contains(number - 1) else { return }
    let mode = LockMode.allCases[number - 1]
    onlyLocks = true
    locks = statement[pg_query_LockStmt_relations].compactMap { relation in
      relation[pg_query_Node_range_var].map {
        TableLock($0.qualifiedName, mode, reach: $0[pg_query_RangeVar_inh] ? .inheritors : .alone)
      }
    }
  }
}

extension Change {
  /// Its locks; where `ONLY` was written, none goes on to other tables.
  public var locks: [TableLock] {
    operation.locks.map { lock in
      var lock = lock
      if isOnly { lock.reach = .alone }
      // The grammar's name of a trigger or a policy keeps no schema of its table.
      if lock.relation.schema == nil, !mentions.contains(lock.relation),
        let written = mentions.first(where: { $0.name == lock.relation.name })
      {
        lock.relation = written
      }
      return lock
    }
  }
}

extension SchemaOperation {
  /// Whether it runs code that the grammar does not look into.
  fileprivate var isOpaque: Bool {
    guard case .other(let other) = self else { return false }
    return other.kind == .doBlock || other.kind == .call
  }
}
