public import Postgres

/// Asks the server what the guards of `DO` blocks say.
public enum GuardAnswers {
  /// The changes without guards: a guarded statement stands for itself where its guard lets it run, and does nothing
  /// where it does not.
  ///
  /// A guard whose answer an earlier change of the file may turn is left as the block that it is.
  public static func resolve(
    _ changes: [Change], on connection: PostgresConnection
  ) async throws -> [Change] {
    guard changes.contains(where: { $0.guarded != nil }) else { return changes }
    var resolved: [Change] = []
    var rest = changes[...]
    while let first = rest.first {
      guard first.guarded != nil else {
        resolved.append(first)
        rest = rest.dropFirst()
        continue
      }
      let block = rest.prefix { $0.guarded != nil && $0.statementIndex == first.statementIndex }
      rest = rest.dropFirst(block.count)
      resolved += try await resolve(block, after: resolved, on: connection)
    }
    return resolved
  }

  /// What the statements of one block become: each itself or nothing, or all of them the block that they were.
  private static func resolve(
    _ block: ArraySlice<Change>, after earlier: [Change], on connection: PostgresConnection
  ) async throws -> [Change] {
    var resolved: [Change] = []
    var answers: [Int: Bool] = [:]
    guard let first = block.first else { return [] }
    for change in block {
      guard let guarded = change.guarded else { continue }
      var result = change
      result.guarded = nil
      if answers[guarded.question] == nil {
        if let cause = (earlier + resolved).last(where: { $0.mayTurn(guarded) }) {
          return [
            first.asBlock(
              guarded, "line \(cause.location.line) may change what its guard finds")
          ]
        }
        do {
          answers[guarded.question] = try await runs(change, guarded, on: connection)
        } catch let error as PostgresError where error.serverError != nil {
          return [first.asBlock(guarded, "its guard cannot be asked: \(error)")]
        }
      }
      if answers[guarded.question] == false { result.becomeNothing() }
      resolved.append(result)
    }
    return resolved
  }

  /// Whether a guarded statement would run now.
  private static func runs(
    _ change: Change, _ guarded: StatementGuard, on connection: PostgresConnection
  ) async throws -> Bool {
    let question: SQL
    switch guarded.test {
    case .always: return true
    case .condition(let condition): question = "SELECT coalesce((\(raw: condition)), false)"
    case .failures(let failures):
      guard let found = change.finding, failures.contains(found.failure) else {
        return true
      }
      question = "SELECT NOT (\(sql: found.question))"
    }
    return try await connection.transaction(.snapshot) { @Sendable connection in
      try await connection.query(question).only().decode(0)
    }
  }
}

extension Change {
  /// How it is found that what it makes is there, and how the server calls that failure.
  fileprivate var finding: (question: SQL, failure: String)? {
    switch operation {
    case .addConstraint(let add):
      guard let name = add.name else { return nil }
      let question: SQL = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
          WHERE conrelid = pg_catalog.to_regclass(\(add.table.quoted)) AND conname = \(name))
        """
      // The index of a key has the constraint's name, and is met first.
      switch add.kind {
      case .unique, .primaryKey, .exclude: return (question, "duplicate_table")
      case .check, .foreignKey: return (question, "duplicate_object")
      // The same one again is no failure.
      case .notNull: return nil
      }
    case .addColumn(let add):
      return (
        """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
          WHERE attrelid = pg_catalog.to_regclass(\(add.target.table.quoted))
            AND attname = \(add.target.column) AND NOT attisdropped)
        """, "duplicate_column"
      )
    case .createTable(let create): return (relation(create.table), "duplicate_table")
    case .createIndex(let create):
      guard let name = create.name else { return nil }
      return (
        """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_class AS index JOIN pg_catalog.pg_class AS own
          ON own.relnamespace = index.relnamespace
          WHERE own.oid = pg_catalog.to_regclass(\(create.table.quoted)) AND index.relname = \(name))
        """, "duplicate_table"
      )
    case .createDomain(let create): return (type(create.domain), "duplicate_object")
    case .other(let other) where other.kind == .createType:
      guard let name = try? StatementNames(sql).made else { return nil }
      return (type(name), "duplicate_object")
    default: return nil
    }
  }

  private func relation(_ name: QualifiedName) -> SQL {
    """
    SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = \(name.name)
      AND relnamespace = \(sql: schema(name)))
    """
  }

  private func type(_ name: QualifiedName) -> SQL {
    """
    SELECT EXISTS (SELECT FROM pg_catalog.pg_type WHERE typname = \(name.name)
      AND typnamespace = \(sql: schema(name)))
    """
  }

  private func schema(_ name: QualifiedName) -> SQL {
    let schema: SQL = name.schema.map { "\($0)" } ?? "pg_catalog.current_schema()::text"
    return "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = \(sql: schema))"
  }
}

extension Change {
  /// Whether the change may give a guard another answer than the one before it.
  fileprivate func mayTurn(_ guarded: StatementGuard) -> Bool {
    if guarded.test == .always { return false }
    let effects = ChangeEffects(self, CatalogueFacts(serverVersion: 0))
    if effects.rebindsAnything { return true }
    // What makes the object that a guard looks for names it whole.
    if !guarded.names.isEmpty, guarded.names.isSubset(of: effects.reads.union(effects.brings)) {
      return true
    }
    if case .other(let other) = operation, other.kind.writesRows || other.kind == .insertValues {
      return false
    }
    return !effects.rebinds.isDisjoint(with: guarded.names)
  }

  /// The block that it is a statement of.
  fileprivate func asBlock(_ guarded: StatementGuard, _ reason: String) -> Change {
    var block = self
    block.guarded = nil
    block.operation = .other(OtherOperation(kind: .doBlock, detail: reason))
    block.sql = guarded.block
    block.mentions = []
    return block
  }

  /// Makes it a statement that does nothing.
  fileprivate mutating func becomeNothing() {
    operation = .other(OtherOperation(kind: .guardedAlready))
    sql = "SELECT 1"
    mentions = []
  }
}
