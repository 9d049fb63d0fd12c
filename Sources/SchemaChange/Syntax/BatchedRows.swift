internal import CPGQuery
public import Postgres

/// A statement that changes many rows, cut in two: a list of its rows, made once from one snapshot, and the change of
/// those that are taken from the list.
///
/// A row is taken from the list in the transaction that changes it, so that each is changed once, whatever is cut off.
public struct BatchedRows: Sendable, Hashable {
  /// What the statement does.
  public enum Kind: String, Sendable, Hashable { case update, delete, insert }

  /// What the statement does.
  public var kind: Kind
  /// The columns that tell the table's rows apart; for an `INSERT` those that get a value.
  public var columns: [String]
  /// The columns that are `NOT NULL`, of those that an `INSERT` gives a value.
  public var notNull: [String] = []
  /// The columns whose new value is the same for all rows and is computed with the list.
  public var constants: [String] = []
  /// Whether what a row gets may depend on the rows before it.
  public var inOrder = false

  /// What the rows that a batch takes from the list are called.
  public static let taken = "djogi_taken"

  static func key(_ index: Int) -> String { "djogi_key_\(index + 1)" }
  static func constant(_ index: Int) -> String { "djogi_value_\(index + 1)" }

  /// The statements that make the list.
  ///
  /// - Parameters:
  ///   - sql: The statement.
  ///   - list: The new table.
  public func listing(_ sql: String, into list: QualifiedName) throws(RewriteError) -> [String] {
    let statement = try RowStatement.read(sql)
    return try RewriteError.wrapping(sql) { () throws(GrammarError) in
      switch statement {
      case .update, .delete:
        [try statement.listing(self, into: list), "ANALYZE \(list)"]
      case .insert(let insert):
        [
          "CREATE TABLE \(list) AS SELECT \(names(columns)) FROM \(statement.table) WITH NO DATA"
        ]
          + notNull.map {
            "ALTER TABLE \(list) ALTER COLUMN \(Quoting.identifier($0)) SET NOT NULL"
          } + [try statement.filling(insert, list), "ANALYZE \(list)"]
      }
    }
  }

  /// The statement that changes the rows that a batch has taken from the list.
  public func change(_ sql: String) throws(RewriteError) -> String {
    let statement = try RowStatement.read(sql)
    return try RewriteError.wrapping(sql) { () throws(GrammarError) in
      try statement.change(self)
    }
  }
}

private func names(_ columns: [String]) -> String {
  columns.map(Quoting.identifier).joined(separator: ", ")
}

/// A statement that changes rows and that can be cut; internal to the syntax, as it holds a tree.
enum RowStatement {
  case update(Node<PgQuery__UpdateStmt>)
  case delete(Node<PgQuery__DeleteStmt>)
  case insert(Node<PgQuery__InsertStmt>)

  /// Reads a statement; `nil` where it returns rows, names `ONLY`, or holds another write.
  init?(_ statement: Node<PgQuery__Node>) {
    if let update = statement.as(PgQuery__UpdateStmt.self) {
      self = .update(update)
      guard update.with_clause == nil, update.pointer.pointee.n_returning_list == 0,
        update.erased.all(PgQuery__SetToDefault.self).isEmpty,
        update.list(\.target_list, \.n_target_list).allSatisfy(\.isPlainAssignment)
      else { return nil }
    } else if let delete = statement.as(PgQuery__DeleteStmt.self) {
      self = .delete(delete)
      guard delete.with_clause == nil, delete.pointer.pointee.n_returning_list == 0 else {
        return nil
      }
    } else if let insert = statement.as(PgQuery__InsertStmt.self) {
      self = .insert(insert)
      let tree = insert.erased
      let writes =
        tree.all(PgQuery__UpdateStmt.self).count + tree.all(PgQuery__DeleteStmt.self).count
        + tree.all(PgQuery__InsertStmt.self).count
      guard writes == 1, insert.select_stmt != nil, insert.pointer.pointee.n_returning_list == 0,
        insert.on_conflict_clause?.erased.all(PgQuery__SubLink.self).isEmpty ?? true,
        insert.list(\.cols, \.n_cols).allSatisfy(\.isPlainTarget)
      else { return nil }
    } else {
      return nil
    }
    guard let relation, relation.flag(\.inh) else { return nil }
  }

  static func read(_ sql: String) throws(RewriteError) -> RowStatement {
    let tree = try RewriteError.wrapping(sql) { () throws(GrammarError) in try ParseTree(sql) }
    guard let node = tree.onlyStatement, let statement = RowStatement(node) else {
      throw .unexpectedForm(sql: sql, expected: "a statement that can be made in batches")
    }
    return statement
  }

  var kind: BatchedRows.Kind {
    switch self {
    case .update: .update
    case .delete: .delete
    case .insert: .insert
    }
  }

  private var relation: Node<PgQuery__RangeVar>? {
    switch self {
    case .update(let update): update.relation
    case .delete(let delete): delete.relation
    case .insert(let insert): insert.relation
    }
  }

  /// The table that it changes, as written.
  var table: QualifiedName { relation?.qualifiedName ?? QualifiedName(name: "") }

  /// What it calls the table.
  private var alias: String? { relation?.alias?.aliasname }

  /// What it calls a row of the table.
  var row: String { Quoting.identifier(alias ?? table.name) }

  private var from: String { table.quoted + (alias == nil ? "" : " AS \(row)") }

  /// What stands in `FROM` or `USING`.
  private var sources: [Node<PgQuery__Node>] {
    switch self {
    case .update(let update): update.list(\.from_clause, \.n_from_clause)
    case .delete(let delete): delete.list(\.using_clause, \.n_using_clause)
    case .insert: []
    }
  }

  private var condition: Node<PgQuery__Node>? {
    switch self {
    case .update(let update): update.where_clause
    case .delete(let delete): delete.where_clause
    case .insert: nil
    }
  }

  private var assignments: [Node<PgQuery__ResTarget>] {
    guard case .update(let update) = self else { return [] }
    return update.list(\.target_list, \.n_target_list).compactMap { $0.as(PgQuery__ResTarget.self) }
  }

  /// The columns that an `UPDATE` sets, or that an `INSERT` names.
  var columns: [String] {
    guard case .insert(let insert) = self else { return assignments.compactMap(\.name) }
    return insert.list(\.cols, \.n_cols).compactMap { $0.as(PgQuery__ResTarget.self)?.name }
  }

  /// Every relation that it reads besides the table itself, as written.
  var read: Set<QualifiedName> {
    let tree =
      switch self {
      case .update(let update): update.erased
      case .delete(let delete): delete.erased
      case .insert(let insert): insert.erased
      }
    let common = Set(tree.all(PgQuery__CommonTableExpr.self).compactMap(\.ctename))
    let own = relation?.pointer
    return Set(
      tree.all(PgQuery__RangeVar.self).filter { $0.pointer != own }.map(\.qualifiedName)
        .filter { $0.schema != nil || !common.contains($0.name) })
  }
}

extension RowStatement {
  /// One column's new value, as far as it can be looked at by itself.
  struct Value {
    var column: String
    var expression: String
    /// Whether it reads no column and runs no query.
    var isAlone: Bool
  }

  /// The new values of an `UPDATE`.
  func values() throws(GrammarError) -> [Value] {
    var values: [Value] = []
    for assignment in assignments {
      guard let column = assignment.name, let value = assignment.val else { throw .noShell }
      values.append(
        Value(
          column: column, expression: try Deparse.expression(value),
          isAlone: value.erased.all(PgQuery__ColumnRef.self).isEmpty
            && value.erased.all(PgQuery__SubLink.self).isEmpty))
    }
    return values
  }

  /// The condition as SQL; `nil` for all rows.
  func conditionText() throws(GrammarError) -> String? {
    guard let condition else { return nil }
    return try Deparse.expression(condition)
  }

  /// A query over the rows that the statement chooses, or over those that it may.
  func query(_ targets: String, choosing: Bool) throws(GrammarError) -> String {
    let shell = try ParseTree("SELECT \(targets) FROM \(from) WHERE true")
    guard let select = shell.top.all(PgQuery__SelectStmt.self).first else { throw .noShell }
    let tables = select.list(\.from_clause, \.n_from_clause).map(\.pointer)
    return try select.borrowing(
      \.from_clause, \.n_from_clause, tables + sources.map(\.pointer)
    ) { () throws(GrammarError) in
      guard choosing, let condition else { return try shell.deparse() }
      return try select.borrowing(\.where_clause, condition.pointer) { () throws(GrammarError) in
        try shell.deparse()
      }
    }
  }

  /// The statement that makes the list of an `UPDATE` or a `DELETE`.
  fileprivate func listing(
    _ rows: BatchedRows, into list: QualifiedName
  ) throws(GrammarError) -> String {
    let keys = rows.columns.map { "\(row).\(Quoting.identifier($0))" }
    var targets = keys.enumerated().map { "\($1) AS \(BatchedRows.key($0))" }
    let values = try values()
    for (index, column) in rows.constants.enumerated() {
      guard let value = values.first(where: { $0.column == column }) else { throw .noShell }
      targets.append("\(value.expression) AS \(BatchedRows.constant(index))")
    }
    // A row that meets several rows of another table is one row.
    let distinct = sources.isEmpty ? "" : "DISTINCT ON (\(keys.joined(separator: ", "))) "
    let query = try query(distinct + targets.joined(separator: ", "), choosing: true)
    return "CREATE TABLE \(list) AS " + query
  }

  /// The statement that fills the list of an `INSERT`.
  fileprivate func filling(
    _ insert: Node<PgQuery__InsertStmt>, _ list: QualifiedName
  ) throws(GrammarError) -> String {
    let shell = try ParseTree("INSERT INTO \(list) DEFAULT VALUES")
    guard let target = shell.top.all(PgQuery__RangeVar.self).first else { throw .noShell }
    let (conflict, overriding) = (insert.on_conflict_clause?.pointer, insert.override)
    insert.pointer.pointee.on_conflict_clause = nil
    insert.set(\.override, to: PG_QUERY__OVERRIDING_KIND__OVERRIDING_NOT_SET)
    defer {
      insert.pointer.pointee.on_conflict_clause = conflict
      insert.set(\.override, to: overriding)
    }
    return try insert.borrowing(\.relation, target.pointer) { () throws(GrammarError) in
      try insert.tree.deparse()
    }
  }

  fileprivate func change(_ rows: BatchedRows) throws(GrammarError) -> String {
    let taken = BatchedRows.taken
    if case .insert(let insert) = self {
      let alias = alias.map { " AS \(Quoting.identifier($0))" } ?? ""
      let columns = names(rows.columns)
      let shell = try ParseTree(
        "INSERT INTO \(table)\(alias) (\(columns)) SELECT \(columns) FROM \(taken)")
      guard let copy = shell.top.all(PgQuery__InsertStmt.self).first else { throw .noShell }
      copy.set(\.override, to: insert.override)
      guard let conflict = insert.on_conflict_clause else { return try shell.deparse() }
      return try copy.borrowing(\.on_conflict_clause, conflict.pointer) {
        () throws(GrammarError) in
        try shell.deparse()
      }
    }
    let keys = rows.columns.enumerated().map {
      "\(row).\(Quoting.identifier($1)) = \(taken).\(BatchedRows.key($0))"
    }
    let sets = rows.constants.enumerated().map {
      "\(Quoting.identifier($1)) = \(taken).\(BatchedRows.constant($0))"
    }
    let shell = try ParseTree(
      "UPDATE x SET \((sets + ["y = y"]).joined(separator: ", ")) FROM \(taken) "
        + "WHERE \((keys + ["true"]).joined(separator: " AND "))")
    guard let extra = shell.onlyStatement?.as(PgQuery__UpdateStmt.self),
      let both = extra.where_clause, let all = both.as(PgQuery__BoolExpr.self)
    else { throw .noShell }
    let joined = all.list(\.args, \.n_args).dropLast().map(\.pointer) + conjuncts.map(\.pointer)
    let tables = extra.list(\.from_clause, \.n_from_clause).map(\.pointer)
    let from = tables + sources.map(\.pointer)
    return try all.borrowing(\.args, \.n_args, joined) { () throws(GrammarError) in
      // A conjunction of one is no conjunction.
      guard let first = joined.first else { throw .noShell }
      let condition = joined.count == 1 ? first : both.pointer
      switch self {
      case .update(let update):
        return try update.borrowing(
          \.target_list, \.n_target_list, targets(rows, extra)
        ) { () throws(GrammarError) in
          try update.change(from: from, where: condition)
        }
      case .delete(let delete): return try delete.change(using: from, where: condition)
      case .insert: throw .noShell
      }
    }
  }

  /// The conditions that all must be true, so that they are written as they are read again.
  private var conjuncts: [Node<PgQuery__Node>] {
    guard let condition else { return [] }
    guard let all = condition.as(PgQuery__BoolExpr.self),
      all.boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR
    else { return [condition] }
    return all.list(\.args, \.n_args)
  }

  /// The assignments, those of constants from the list.
  private func targets(
    _ rows: BatchedRows, _ extra: Node<PgQuery__UpdateStmt>
  ) -> [UnsafeMutablePointer<PgQuery__Node>] {
    guard case .update(let update) = self else { return [] }
    let constants = extra.list(\.target_list, \.n_target_list)
    return update.list(\.target_list, \.n_target_list).map { target in
      let name = target.as(PgQuery__ResTarget.self)?.name
      guard let name, let index = rows.constants.firstIndex(of: name) else { return target.pointer }
      return constants[index].pointer
    }
  }
}

extension Node where Message == PgQuery__UpdateStmt {
  fileprivate func change(
    from: [UnsafeMutablePointer<PgQuery__Node>],
    where condition: UnsafeMutablePointer<PgQuery__Node>
  ) throws(GrammarError) -> String {
    try borrowing(\.from_clause, \.n_from_clause, from) { () throws(GrammarError) in
      try borrowing(\.where_clause, condition) { () throws(GrammarError) in try tree.deparse() }
    }
  }
}

extension Node where Message == PgQuery__DeleteStmt {
  fileprivate func change(
    using: [UnsafeMutablePointer<PgQuery__Node>],
    where condition: UnsafeMutablePointer<PgQuery__Node>
  ) throws(GrammarError) -> String {
    try borrowing(\.using_clause, \.n_using_clause, using) { () throws(GrammarError) in
      try borrowing(\.where_clause, condition) { () throws(GrammarError) in try tree.deparse() }
    }
  }
}

extension Node where Message == PgQuery__Node {
  /// Whether it sets a whole column by an expression of its own.
  fileprivate var isPlainAssignment: Bool {
    guard isPlainTarget, let value = self.as(PgQuery__ResTarget.self)?.val else { return false }
    return value.pointer.pointee.node_case != PG_QUERY__NODE__NODE_MULTI_ASSIGN_REF
  }

  /// Whether it names a whole column.
  fileprivate var isPlainTarget: Bool {
    guard let target = self.as(PgQuery__ResTarget.self) else { return false }
    return target.name != nil && target.pointer.pointee.n_indirection == 0
  }
}
