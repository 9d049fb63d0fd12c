internal import CGrammar
internal import Postgres

/// A statement that changes rows and that can be cut; internal to the syntax, as it holds a tree.
enum RowStatement {
  case update(Node<pg_query_UpdateStmt>)
  case delete(Node<pg_query_DeleteStmt>)
  case insert(Node<pg_query_InsertStmt>)

  /// Reads a statement; `nil` where it returns rows, names `ONLY`, or holds another write.
  init?(_ statement: Node<pg_query_Node>) {
    if let update = statement[pg_query_Node_update_stmt] {
      self = .update(update)
      guard update.erased.writes == 1, update[pg_query_UpdateStmt_returning_clause] == nil,
        update.erased.all(pg_query_SetToDefault.self).isEmpty,
        update[pg_query_UpdateStmt_target_list].allSatisfy(\.isPlainAssignment)
      else { return nil }
    } else if let delete = statement[pg_query_Node_delete_stmt] {
      self = .delete(delete)
      guard delete.erased.writes == 1, delete[pg_query_DeleteStmt_returning_clause] == nil
      else { return nil }
    } else if let insert = statement[pg_query_Node_insert_stmt] {
      self = .insert(insert)
      let conflict = insert[pg_query_InsertStmt_on_conflict_clause]
      guard insert.erased.writes == 1, insert[pg_query_InsertStmt_select_stmt] != nil,
        insert[pg_query_InsertStmt_returning_clause] == nil,
        conflict?.erased.all(pg_query_SubLink.self).isEmpty ?? true,
        insert[pg_query_InsertStmt_cols].allSatisfy(\.isPlainTarget)
      else { return nil }
    } else {
      return nil
    }
    guard let relation, relation[pg_query_RangeVar_inh] else { return nil }
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

  private var relation: Node<pg_query_RangeVar>? {
    switch self {
    case .update(let update): update[pg_query_UpdateStmt_relation]
    case .delete(let delete): delete[pg_query_DeleteStmt_relation]
    case .insert(let insert): insert[pg_query_InsertStmt_relation]
    }
  }

  /// The table that it changes, as written.
  var table: QualifiedName { relation?.qualifiedName ?? QualifiedName(name: "") }

  /// What it calls the table.
  var alias: String? { relation?[pg_query_RangeVar_alias]?[pg_query_Alias_aliasname] }

  /// What it calls a row of the table.
  var row: String { Quoting.identifier(alias ?? table.name) }

  var from: String { table.quoted + (alias == nil ? "" : " AS \(row)") }

  /// The named queries in front of an `UPDATE` or a `DELETE`.
  var named: Node<pg_query_WithClause>? {
    switch self {
    case .update(let update): update[pg_query_UpdateStmt_with_clause]
    case .delete(let delete): delete[pg_query_DeleteStmt_with_clause]
    case .insert: nil
    }
  }

  /// What stands in `FROM` or `USING`.
  var sources: [Node<pg_query_Node>] {
    switch self {
    case .update(let update): update[pg_query_UpdateStmt_from_clause]
    case .delete(let delete): delete[pg_query_DeleteStmt_using_clause]
    case .insert: []
    }
  }

  var condition: Node<pg_query_Node>? {
    switch self {
    case .update(let update): update[pg_query_UpdateStmt_where_clause]
    case .delete(let delete): delete[pg_query_DeleteStmt_where_clause]
    case .insert: nil
    }
  }

  /// Whether a row is chosen because others are there, and by nothing else: of fewer rows, no others are chosen.
  var isPlainJoin: Bool {
    named == nil && sources.allSatisfy { $0[pg_query_Node_range_var] != nil }
      && condition?.payload?.all(pg_query_SubLink.self).isEmpty ?? true
  }

  private var assignments: [Node<pg_query_ResTarget>] {
    guard case .update(let update) = self else { return [] }
    return update[pg_query_UpdateStmt_target_list].compactMap { $0[pg_query_Node_res_target] }
  }

  /// The columns that an `UPDATE` sets, or that an `INSERT` names.
  var columns: [String] {
    guard case .insert(let insert) = self else {
      return assignments.compactMap { $0[pg_query_ResTarget_name] }
    }
    return insert[pg_query_InsertStmt_cols].compactMap {
      $0[pg_query_Node_res_target]?[pg_query_ResTarget_name]
    }
  }

  /// Every relation that it reads besides the table itself, as written.
  var read: Set<QualifiedName> {
    let tree =
      switch self {
      case .update(let update): update.erased
      case .delete(let delete): delete.erased
      case .insert(let insert): insert.erased
      }
    let common = Set(
      tree.all(pg_query_CommonTableExpr.self).compactMap { $0[pg_query_CommonTableExpr_ctename] })
    let own = relation?.pointer
    return Set(
      tree.all(pg_query_RangeVar.self).filter { $0.pointer != own }.map(\.qualifiedName)
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
      guard let column = assignment[pg_query_ResTarget_name],
        let value = assignment[pg_query_ResTarget_val], let tree = value.payload
      else { throw .noShell }
      values.append(
        Value(
          column: column, expression: try Deparse.expression(value),
          isAlone: tree.all(pg_query_ColumnRef.self).isEmpty
            && tree.all(pg_query_SubLink.self).isEmpty))
    }
    return values
  }
}

extension Node where Message == pg_query_Node {
  /// Whether it sets a whole column by an expression of its own.
  fileprivate var isPlainAssignment: Bool {
    guard isPlainTarget, let value = self[pg_query_Node_res_target]?[pg_query_ResTarget_val]
    else { return false }
    return value.kind != pg_query_Node_node_multi_assign_ref
  }

  /// Whether it names a whole column.
  fileprivate var isPlainTarget: Bool {
    guard let target = self[pg_query_Node_res_target] else { return false }
    return target[pg_query_ResTarget_name] != nil && target[pg_query_ResTarget_indirection].isEmpty
  }
}

extension AnyNode {
  /// How many statements in it write rows.
  fileprivate var writes: Int {
    all(pg_query_UpdateStmt.self).count + all(pg_query_DeleteStmt.self).count
      + all(pg_query_InsertStmt.self).count + all(pg_query_MergeStmt.self).count
  }
}
