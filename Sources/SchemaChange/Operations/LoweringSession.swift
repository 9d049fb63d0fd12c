internal import CPGQuery
internal import Postgres

extension Lowering {
  /// Transaction control and `SET`.
  static func session(_ statement: Node<PgQuery__Node>) -> SchemaOperation? {
    if let control = statement.as(PgQuery__TransactionStmt.self) {
      return .other(OtherOperation(kind: .transactionControl, session: transaction(control)))
    }
    return statement.as(PgQuery__VariableSetStmt.self).map { set in
      .other(OtherOperation(kind: .set, detail: set.name, session: setting(set)))
    }
  }

  private static func transaction(
    _ control: Node<PgQuery__TransactionStmt>
  ) -> SessionStatement? {
    switch control.kind {
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_BEGIN,
      PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START:
      .begin
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT: .commit
    default: nil
    }
  }

  private static func setting(_ set: Node<PgQuery__VariableSetStmt>) -> SessionStatement? {
    guard let name = set.name else { return nil }
    let values = set.list(\.args, \.n_args).map(\.constant)
    guard set.kind == PG_QUERY__VARIABLE_SET_KIND__VAR_SET_VALUE,
      values.allSatisfy({ $0 != nil })
    else { return .set(name: name, value: nil) }
    return .set(name: name, value: values.compactMap(\.self).joined(separator: ", "))
  }

  // MARK: - Queries

  /// The functions of sequences that a migration may call: they take no lock that a client waits for.
  private static let ofSequences: Set<String> = ["setval", "nextval"]
  /// The functions that may stand in their arguments.
  private static let ofArguments: Set<String> = ["max", "min", "count", "pg_get_serial_sequence"]

  /// A query that is no statement about rows: it returns constants, steers a sequence, or changes a setting.
  static func query(_ select: Node<PgQuery__SelectStmt>) -> SchemaOperation {
    let calls = select.erased.all(PgQuery__FuncCall.self)
    let names = calls.compactMap(\.builtInName)
    let called = calls.compactMap { $0.list(\.funcname, \.n_funcname).strings.last }
    let detail = called.isEmpty ? nil : called.joined(separator: ", ")
    if called.contains("set_config") {
      return .other(
        OtherOperation(kind: .set, detail: "set_config", session: configuration(select)))
    }
    let targets = select.list(\.target_list, \.n_target_list).map {
      $0.as(PgQuery__ResTarget.self)?.val
    }
    let table = select.erased.all(PgQuery__RangeVar.self).first?.qualifiedName
    if select.isPlain, !targets.isEmpty,
      targets.allSatisfy({ $0?.as(PgQuery__AConst.self) != nil })
    {
      return .other(OtherOperation(kind: .selectConstant))
    }
    let isOfSequences = targets.allSatisfy { target in
      target?.as(PgQuery__FuncCall.self)?.builtInName.map(ofSequences.contains) == true
    }
    if isOfSequences, !targets.isEmpty, !select.locksRows, names.count == called.count,
      names.allSatisfy(ofSequences.union(ofArguments).contains)
    {
      return .other(OtherOperation(kind: .setSequenceValue, relation: table))
    }
    return .other(OtherOperation(kind: .select, detail: detail))
  }

  /// `SELECT set_config('name', 'value', …)` and nothing else.
  private static func configuration(_ select: Node<PgQuery__SelectStmt>) -> SessionStatement? {
    let targets = select.list(\.target_list, \.n_target_list)
    guard select.isPlain, targets.count == 1,
      let call = targets.first?.as(PgQuery__ResTarget.self)?.val?.as(PgQuery__FuncCall.self),
      call.builtInName == "set_config",
      let name = call.list(\.args, \.n_args).first?.constant
    else { return nil }
    return .set(name: name, value: call.list(\.args, \.n_args).dropFirst().first?.constant)
  }
}

extension Node where Message == PgQuery__FuncCall {
  /// The function's name, when it is one of the server's own; an unqualified name counts as such.
  var builtInName: String? {
    let parts = list(\.funcname, \.n_funcname).strings
    return parts.count == 1 || parts.first == "pg_catalog" ? parts.last : nil
  }
}

extension Node where Message == PgQuery__SelectStmt {
  /// Whether it is targets alone: no table, no condition, no other clause.
  fileprivate var isPlain: Bool {
    let statement = pointer.pointee
    return statement.n_from_clause == 0 && statement.n_values_lists == 0 && !locksRows
      && self.where_clause == nil && self.with_clause == nil && self.into_clause == nil
      && self.larg == nil && self.limit_count == nil && self.limit_offset == nil
      && statement.n_group_clause == 0 && statement.n_sort_clause == 0 && self.having_clause == nil
  }

  /// Whether `FOR UPDATE` or its like is written anywhere in it.
  fileprivate var locksRows: Bool {
    erased.all(PgQuery__SelectStmt.self).contains { $0.pointer.pointee.n_locking_clause > 0 }
  }
}

extension Node where Message == PgQuery__Node {
  /// The text of a constant, as a setting's value is written; `nil` for `NULL` and for anything else.
  var constant: String? {
    if let cast = self.as(PgQuery__TypeCast.self) { return cast.arg?.constant }
    guard let value = self.as(PgQuery__AConst.self), !value.flag(\.isnull) else { return nil }
    switch value.val_case {
    case PG_QUERY__A__CONST__VAL_IVAL: return value.ival.map { String($0.ival) } ?? "0"
    case PG_QUERY__A__CONST__VAL_FVAL: return value.fval?.fval
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
      return value.boolval?.flag(\.boolval) == true ? "on" : "off"
    // The grammar's tree has no bytes for an empty string.
    case PG_QUERY__A__CONST__VAL_SVAL: return value.sval?.sval ?? ""
    default: return nil
    }
  }
}
