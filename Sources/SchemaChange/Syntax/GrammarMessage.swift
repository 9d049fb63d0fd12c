internal import CGrammar

/// What a message of a parse tree is, as the grammar counts its kinds.
typealias NodeKind = pg_query_Node_node_oneofcases

extension pg_query_Node_node_oneofcases: @retroactive Hashable {}

/// A message type that is looked for at any place of a tree.
protocol GrammarMessage {
  /// Its kind.
  static var kind: NodeKind { get }
}

/// A list of words of the grammar, whose fields the library gives as numbers.
protocol GrammarEnumeration: Equatable {
  /// Takes the number.
  init(rawValue: UInt32)
  /// The number.
  var rawValue: UInt32 { get }
}

extension pg_query_A_Expr_Kind: GrammarEnumeration {}
extension pg_query_AlterTableType: GrammarEnumeration {}
extension pg_query_BoolExprType: GrammarEnumeration {}
extension pg_query_ConstrType: GrammarEnumeration {}
extension pg_query_DropBehavior: GrammarEnumeration {}
extension pg_query_ObjectType: GrammarEnumeration {}
extension pg_query_OnConflictAction: GrammarEnumeration {}
extension pg_query_OverridingKind: GrammarEnumeration {}
extension pg_query_ReindexObjectType: GrammarEnumeration {}
extension pg_query_SQLValueFunctionOp: GrammarEnumeration {}
extension pg_query_TransactionStmtKind: GrammarEnumeration {}
extension pg_query_VariableSetKind: GrammarEnumeration {}

extension pg_query_A_Const: GrammarMessage { static let kind = pg_query_Node_node_a_const }
extension pg_query_Alias: GrammarMessage { static let kind = pg_query_Node_node_alias }
extension pg_query_AlterExtensionContentsStmt: GrammarMessage {
  static let kind = pg_query_Node_node_alter_extension_contents_stmt
}
extension pg_query_AlterTableCmd: GrammarMessage {
  static let kind = pg_query_Node_node_alter_table_cmd
}
extension pg_query_ColumnDef: GrammarMessage { static let kind = pg_query_Node_node_column_def }
extension pg_query_ColumnRef: GrammarMessage { static let kind = pg_query_Node_node_column_ref }
extension pg_query_CommentStmt: GrammarMessage { static let kind = pg_query_Node_node_comment_stmt }
extension pg_query_CommonTableExpr: GrammarMessage {
  static let kind = pg_query_Node_node_common_table_expr
}
extension pg_query_Constraint: GrammarMessage { static let kind = pg_query_Node_node_constraint }
extension pg_query_CreateExtensionStmt: GrammarMessage {
  static let kind = pg_query_Node_node_create_extension_stmt
}
extension pg_query_CreateSchemaStmt: GrammarMessage {
  static let kind = pg_query_Node_node_create_schema_stmt
}
extension pg_query_CreateStmt: GrammarMessage { static let kind = pg_query_Node_node_create_stmt }
extension pg_query_DefElem: GrammarMessage { static let kind = pg_query_Node_node_def_elem }
extension pg_query_DeleteStmt: GrammarMessage { static let kind = pg_query_Node_node_delete_stmt }
extension pg_query_DropStmt: GrammarMessage { static let kind = pg_query_Node_node_drop_stmt }
extension pg_query_FuncCall: GrammarMessage { static let kind = pg_query_Node_node_func_call }
extension pg_query_GrantStmt: GrammarMessage { static let kind = pg_query_Node_node_grant_stmt }
extension pg_query_IndexElem: GrammarMessage { static let kind = pg_query_Node_node_index_elem }
extension pg_query_IndexStmt: GrammarMessage { static let kind = pg_query_Node_node_index_stmt }
extension pg_query_InsertStmt: GrammarMessage { static let kind = pg_query_Node_node_insert_stmt }
extension pg_query_MergeStmt: GrammarMessage { static let kind = pg_query_Node_node_merge_stmt }
extension pg_query_OnConflictClause: GrammarMessage {
  static let kind = pg_query_Node_node_on_conflict_clause
}
extension pg_query_PartitionCmd: GrammarMessage {
  static let kind = pg_query_Node_node_partition_cmd
}
extension pg_query_RangeFunction: GrammarMessage {
  static let kind = pg_query_Node_node_range_function
}
extension pg_query_RangeVar: GrammarMessage { static let kind = pg_query_Node_node_range_var }
extension pg_query_ResTarget: GrammarMessage { static let kind = pg_query_Node_node_res_target }
extension pg_query_SQLValueFunction: GrammarMessage {
  static let kind = pg_query_Node_node_sqlvalue_function
}
extension pg_query_SecLabelStmt: GrammarMessage {
  static let kind = pg_query_Node_node_sec_label_stmt
}
extension pg_query_SelectStmt: GrammarMessage { static let kind = pg_query_Node_node_select_stmt }
extension pg_query_SetToDefault: GrammarMessage {
  static let kind = pg_query_Node_node_set_to_default
}
extension pg_query_String: GrammarMessage { static let kind = pg_query_Node_node_string }
extension pg_query_SubLink: GrammarMessage { static let kind = pg_query_Node_node_sub_link }
extension pg_query_TypeCast: GrammarMessage { static let kind = pg_query_Node_node_type_cast }
extension pg_query_UpdateStmt: GrammarMessage { static let kind = pg_query_Node_node_update_stmt }
extension pg_query_VacuumStmt: GrammarMessage { static let kind = pg_query_Node_node_vacuum_stmt }
extension pg_query_WithClause: GrammarMessage { static let kind = pg_query_Node_node_with_clause }

extension pg_query_AlterTableType: @retroactive Hashable {}
extension pg_query_ObjectType: @retroactive Hashable {}
