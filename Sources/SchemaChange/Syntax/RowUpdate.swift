internal import CPGQuery
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
  init?(_ update: Node<PgQuery__UpdateStmt>) {
    let tree = update.erased
    guard let relation = update.relation, relation.flag(\.inh),
      case let name = relation.qualifiedName,
      update.pointer.pointee.n_from_clause == 0, update.pointer.pointee.n_returning_list == 0,
      update.with_clause == nil, tree.all(PgQuery__SubLink.self).isEmpty,
      tree.all(PgQuery__SetToDefault.self).isEmpty
    else { return nil }
    let row = relation.alias?.aliasname.map { QualifiedName(name: $0) } ?? name
    func written(_ node: Node<PgQuery__Node>) throws -> String {
      try SQLExpression.unqualified(try Deparse.expression(node), of: row)
    }
    do {
      assignments = try update.list(\.target_list, \.n_target_list).map { item in
        guard let target = item.as(PgQuery__ResTarget.self), let column = target.name,
          target.pointer.pointee.n_indirection == 0, let value = target.val
        else { throw GrammarError.noShell }
        return Assignment(column: column, expression: try written(value))
      }
      condition = try update.where_clause.map(written)
    } catch {
      return nil
    }
  }
}

extension RowUpdate {
  /// Reads a statement; `nil` where it joins other tables, runs subqueries, returns rows, or says `ONLY`.
  init?(_ delete: Node<PgQuery__DeleteStmt>) {
    guard let relation = delete.relation, relation.flag(\.inh),
      delete.pointer.pointee.n_using_clause == 0, delete.pointer.pointee.n_returning_list == 0,
      delete.with_clause == nil, delete.erased.all(PgQuery__SubLink.self).isEmpty
    else { return nil }
    let name = relation.qualifiedName
    let row = relation.alias?.aliasname.map { QualifiedName(name: $0) } ?? name
    do {
      condition = try delete.where_clause.map {
        try SQLExpression.unqualified(try Deparse.expression($0), of: row)
      }
    } catch {
      return nil
    }
    assignments = []
    deletes = true
  }
}
