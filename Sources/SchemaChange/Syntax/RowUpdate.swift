internal import CGrammar
internal import Postgres

/// An `UPDATE` or a `DELETE` in which the fate of each row depends on that row alone, so that it can be made in parts.
public struct RowUpdate: Sendable, Hashable {
  /// One column's new value.
  public struct Assignment: Sendable, Hashable {
    /// The column that is set.
    public var column: String
    /// Its value as an SQL expression over the row's columns, which are not qualified.
    public var expression: String
  }

  /// What the columns are set to, in the statement's order.
  public var assignments: [Assignment]
  /// The rows that are set or deleted, as an SQL condition over the row's columns; `nil` for all.
  public var condition: String?
  /// Whether the rows are deleted.
  public var deletes = false

  /// The columns that are set.
  public var columns: [String] { assignments.map(\.column) }

  /// Every expression in it.
  var expressions: [String] { assignments.map(\.expression) + [condition].compactMap(\.self) }

  /// The columns that are set and whose new values are computed from columns that are set too: what a second run of
  /// the statement would do is not what the first did.
  var columnsThatBuildOnThemselves: [String] {
    assignments.filter { assignment in
      let read = try? SQLExpression.columns(in: assignment.expression)
      return read.map { !$0.isDisjoint(with: columns) } ?? true
    }.map(\.column)
  }
}

extension RowUpdate {
  /// Reads a statement; `nil` where it joins other tables, runs subqueries, returns rows, or says `ONLY` or `DEFAULT`.
  init?(_ update: Node<pg_query_UpdateStmt>) {
    let tree = update.erased
    guard let relation = update[pg_query_UpdateStmt_relation], relation[pg_query_RangeVar_inh],
      update[pg_query_UpdateStmt_from_clause].isEmpty,
      update[pg_query_UpdateStmt_returning_clause] == nil,
      update[pg_query_UpdateStmt_with_clause] == nil, tree.all(pg_query_SubLink.self).isEmpty,
      tree.all(pg_query_SetToDefault.self).isEmpty
    else { return nil }
    let row = relation.rowName
    func written(_ node: Node<pg_query_Node>) throws -> String {
      try SQLExpression.unqualified(try Deparse.expression(node), of: row)
    }
    do {
      assignments = try update[pg_query_UpdateStmt_target_list].map { item in
        guard let target = item[pg_query_Node_res_target],
          let column = target[pg_query_ResTarget_name],
          target[pg_query_ResTarget_indirection].isEmpty, let value = target[pg_query_ResTarget_val]
        else { throw GrammarError.noShell }
        return Assignment(column: column, expression: try written(value))
      }
      condition = try update[pg_query_UpdateStmt_where_clause].map(written)
    } catch {
      return nil
    }
  }
}

extension RowUpdate {
  /// Reads a statement; `nil` where it joins other tables, runs subqueries, returns rows, or says `ONLY`.
  init?(_ delete: Node<pg_query_DeleteStmt>) {
    guard let relation = delete[pg_query_DeleteStmt_relation], relation[pg_query_RangeVar_inh],
      delete[pg_query_DeleteStmt_using_clause].isEmpty,
      delete[pg_query_DeleteStmt_returning_clause] == nil,
      delete[pg_query_DeleteStmt_with_clause] == nil,
      delete.erased.all(pg_query_SubLink.self).isEmpty
    else { return nil }
    let row = relation.rowName
    do {
      condition = try delete[pg_query_DeleteStmt_where_clause].map {
        try SQLExpression.unqualified(try Deparse.expression($0), of: row)
      }
    } catch {
      return nil
    }
    assignments = []
    deletes = true
  }
}

extension Node where Message == pg_query_RangeVar {
  /// What a statement calls a row of the relation that it changes.
  fileprivate var rowName: QualifiedName {
    self[pg_query_RangeVar_alias]?[pg_query_Alias_aliasname].map { QualifiedName(name: $0) }
      ?? qualifiedName
  }
}
