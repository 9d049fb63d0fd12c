internal import CGrammar
internal import Postgres

extension Lowering {
  /// Transaction control and `SET`.
  static func session(_ statement: Node<pg_query_Node>) -> SchemaOperation? {
    if let control = statement[pg_query_Node_transaction_stmt] {
      return .other(OtherOperation(kind: .transactionControl, session: transaction(control)))
    }
    return statement[pg_query_Node_variable_set_stmt].map { set in
      .other(
        OtherOperation(
          kind: .set, detail: set[pg_query_VariableSetStmt_name], session: setting(set)))
    }
  }

  private static func transaction(
    _ control: Node<pg_query_TransactionStmt>
  ) -> SessionStatement {
    let kind: pg_query_TransactionStmtKind = control[pg_query_TransactionStmt_kind]
    return switch kind {
    case pg_query_TRANS_STMT_BEGIN, pg_query_TRANS_STMT_START: .begin
    case pg_query_TRANS_STMT_COMMIT:
      control[pg_query_TransactionStmt_chain] ? .otherTransactionControl : .commit
    default: .otherTransactionControl
    }
  }

  private static func setting(_ set: Node<pg_query_VariableSetStmt>) -> SessionStatement? {
    guard let name = set[pg_query_VariableSetStmt_name] else { return nil }
    let values = set[pg_query_VariableSetStmt_args].map(\.constant)
    guard set[pg_query_VariableSetStmt_kind] == pg_query_VAR_SET_VALUE,
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
  static func query(_ select: Node<pg_query_SelectStmt>) -> SchemaOperation {
    let calls = select.erased.all(pg_query_FuncCall.self)
    let names = calls.compactMap(\.builtInName)
    let called = calls.compactMap { $0[pg_query_FuncCall_funcname].strings.last }
    let detail = called.isEmpty ? nil : called.joined(separator: ", ")
    if called.contains("set_config") {
      return .other(
        OtherOperation(kind: .set, detail: "set_config", session: configuration(select)))
    }
    let targets = select[pg_query_SelectStmt_target_list].map {
      $0[pg_query_Node_res_target]?[pg_query_ResTarget_val]
    }
    let table = select.erased.all(pg_query_RangeVar.self).first?.qualifiedName
    if select.isPlain, !targets.isEmpty,
      targets.allSatisfy({ $0?[pg_query_Node_a_const] != nil })
    {
      return .other(OtherOperation(kind: .selectConstant))
    }
    let isOfSequences = targets.allSatisfy { target in
      target?[pg_query_Node_func_call]?.builtInName.map(ofSequences.contains) == true
    }
    if isOfSequences, !targets.isEmpty, !select.locksRows, names.count == called.count,
      names.allSatisfy(ofSequences.union(ofArguments).contains)
    {
      return .other(OtherOperation(kind: .setSequenceValue, relation: table))
    }
    return .other(OtherOperation(kind: .select, detail: detail))
  }

  /// `SELECT set_config('name', 'value', …)` and nothing else.
  private static func configuration(_ select: Node<pg_query_SelectStmt>) -> SessionStatement? {
    let targets = select[pg_query_SelectStmt_target_list]
    guard select.isPlain, targets.count == 1,
      let call = targets.first?[pg_query_Node_res_target]?[pg_query_ResTarget_val]?[
        pg_query_Node_func_call],
      call.builtInName == "set_config",
      let name = call[pg_query_FuncCall_args].first?.constant
    else { return nil }
    return .set(name: name, value: call[pg_query_FuncCall_args].dropFirst().first?.constant)
  }
}

extension Node where Message == pg_query_FuncCall {
  /// The function's name, when it is one of the server's own; an unqualified name counts as such.
  var builtInName: String? {
    let parts = self[pg_query_FuncCall_funcname].strings
    return parts.count == 1 || parts.first == "pg_catalog" ? parts.last : nil
  }
}

extension Node where Message == pg_query_SelectStmt {
  /// Whether it is targets alone: no table, no condition, no other clause.
  fileprivate var isPlain: Bool {
    let lists = [
      self[pg_query_SelectStmt_from_clause], self[pg_query_SelectStmt_values_lists],
      self[pg_query_SelectStmt_group_clause], self[pg_query_SelectStmt_sort_clause],
    ]
    let parts = [
      self[pg_query_SelectStmt_where_clause], self[pg_query_SelectStmt_having_clause],
      self[pg_query_SelectStmt_limit_count], self[pg_query_SelectStmt_limit_offset],
    ]
    return lists.allSatisfy(\.isEmpty) && parts.allSatisfy { $0 == nil } && !locksRows
      && self[pg_query_SelectStmt_with_clause] == nil
      && self[pg_query_SelectStmt_into_clause] == nil && self[pg_query_SelectStmt_larg] == nil
  }

  /// Whether `FOR UPDATE` or its like is written anywhere in it.
  fileprivate var locksRows: Bool {
    erased.all(pg_query_SelectStmt.self).contains {
      !$0[pg_query_SelectStmt_locking_clause].isEmpty
    }
  }
}

extension Node where Message == pg_query_Node {
  /// The text of a constant, as a setting's value is written; `nil` for `NULL` and for anything else.
  var constant: String? {
    if let cast = self[pg_query_Node_type_cast] { return cast[pg_query_TypeCast_arg]?.constant }
    guard let value = self[pg_query_Node_a_const], !value[pg_query_A_Const_isnull] else {
      return nil
    }
    switch pg_query_A_Const_val_case(value.pointer) {
    case pg_query_A_Const_val_ival:
      return value[pg_query_A_Const_ival].map { String($0[pg_query_Integer_ival]) } ?? "0"
    case pg_query_A_Const_val_fval: return value[pg_query_A_Const_fval]?[pg_query_Float_fval]
    case pg_query_A_Const_val_boolval:
      return value[pg_query_A_Const_boolval]?[pg_query_Boolean_boolval] == true ? "on" : "off"
    // The grammar's tree has no bytes for an empty string.
    case pg_query_A_Const_val_sval: return value[pg_query_A_Const_sval]?[pg_query_String_sval] ?? ""
    default: return nil
    }
  }
}
