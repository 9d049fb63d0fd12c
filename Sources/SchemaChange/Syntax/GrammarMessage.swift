internal import CPGQuery

/// A message type of the parse tree, recognised by its protobuf-c descriptor.
///
/// The descriptor's address is the only run-time mark that the C structs carry; comparing it is what makes a
/// cast from "some node" to a typed view safe.
protocol GrammarMessage {
  /// The descriptor's address.
  static var identity: UInt { get }
}

/// Learns a message type's descriptor from its C initialiser.
func identity<Message>(
  _ initialise: (UnsafeMutablePointer<Message>?) -> Void
) -> UInt {
  let message = UnsafeMutablePointer<Message>.allocate(capacity: 1)
  defer { message.deallocate() }
  initialise(message)
  let header = UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
  return UInt(bitPattern: header.pointee.descriptor)
}

extension PgQuery__RangeVar: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__range_var__init)
}
extension PgQuery__ColumnRef: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__column_ref__init)
}
extension PgQuery__AStar: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__a__star__init)
}
extension PgQuery__String: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__string__init)
}
extension PgQuery__AConst: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__a__const__init)
}
extension PgQuery__AExpr: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__a__expr__init)
}
extension PgQuery__BoolExpr: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__bool_expr__init)
}
extension PgQuery__NullTest: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__null_test__init)
}
extension PgQuery__SubLink: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__sub_link__init)
}
extension PgQuery__FuncCall: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__func_call__init)
}
extension PgQuery__TypeName: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__type_name__init)
}
extension PgQuery__TypeCast: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__type_cast__init)
}
extension PgQuery__ColumnDef: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__column_def__init)
}
extension PgQuery__Constraint: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__constraint__init)
}
extension PgQuery__DefElem: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__def_elem__init)
}
extension PgQuery__IndexElem: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__index_elem__init)
}
extension PgQuery__StatsElem: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__stats_elem__init)
}
extension PgQuery__List: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__list__init)
}
extension PgQuery__ResTarget: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__res_target__init)
}
extension PgQuery__CommonTableExpr: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__common_table_expr__init)
}
extension PgQuery__Alias: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alias__init)
}
extension PgQuery__PartitionCmd: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__partition_cmd__init)
}
extension PgQuery__AccessPriv: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__access_priv__init)
}
extension PgQuery__ObjectWithArgs: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__object_with_args__init)
}
extension PgQuery__SQLValueFunction: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__sqlvalue_function__init)
}
extension PgQuery__AIndirection: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__a__indirection__init)
}
extension PgQuery__AArrayExpr: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__a__array_expr__init)
}
extension PgQuery__CollateClause: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__collate_clause__init)
}
extension PgQuery__SetToDefault: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__set_to_default__init)
}
extension PgQuery__AlterTableStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_table_stmt__init)
}
extension PgQuery__AlterTableCmd: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_table_cmd__init)
}
extension PgQuery__IndexStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__index_stmt__init)
}
extension PgQuery__RenameStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__rename_stmt__init)
}
extension PgQuery__DropStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__drop_stmt__init)
}
extension PgQuery__CreateStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_stmt__init)
}
extension PgQuery__TruncateStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__truncate_stmt__init)
}
extension PgQuery__CommentStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__comment_stmt__init)
}
extension PgQuery__SecLabelStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__sec_label_stmt__init)
}
extension PgQuery__SelectStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__select_stmt__init)
}
extension PgQuery__InsertStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__insert_stmt__init)
}
extension PgQuery__UpdateStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__update_stmt__init)
}
extension PgQuery__DeleteStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__delete_stmt__init)
}
extension PgQuery__MergeStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__merge_stmt__init)
}
extension PgQuery__CopyStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__copy_stmt__init)
}
extension PgQuery__GrantStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__grant_stmt__init)
}
extension PgQuery__CreateStatsStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_stats_stmt__init)
}
extension PgQuery__AlterObjectSchemaStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_object_schema_stmt__init)
}
extension PgQuery__AlterOwnerStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_owner_stmt__init)
}
extension PgQuery__VariableSetStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__variable_set_stmt__init)
}
extension PgQuery__TransactionStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__transaction_stmt__init)
}
extension PgQuery__CreateTrigStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_trig_stmt__init)
}
extension PgQuery__RuleStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__rule_stmt__init)
}
extension PgQuery__ViewStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__view_stmt__init)
}
extension PgQuery__AlterEnumStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_enum_stmt__init)
}
extension PgQuery__VacuumStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__vacuum_stmt__init)
}
extension PgQuery__VacuumRelation: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__vacuum_relation__init)
}
extension PgQuery__ClusterStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__cluster_stmt__init)
}
extension PgQuery__ReindexStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__reindex_stmt__init)
}
extension PgQuery__RefreshMatViewStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__refresh_mat_view_stmt__init)
}
extension PgQuery__LockStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__lock_stmt__init)
}
extension PgQuery__CreateSeqStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_seq_stmt__init)
}
extension PgQuery__AlterSeqStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_seq_stmt__init)
}
extension PgQuery__CreateTableAsStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_table_as_stmt__init)
}
extension PgQuery__CreatePolicyStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_policy_stmt__init)
}
extension PgQuery__AlterPolicyStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_policy_stmt__init)
}
extension PgQuery__CreateSchemaStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_schema_stmt__init)
}
extension PgQuery__AlterExtensionContentsStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_extension_contents_stmt__init)
}
extension PgQuery__CreateForeignTableStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_foreign_table_stmt__init)
}
extension PgQuery__AlterDomainStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_domain_stmt__init)
}
extension PgQuery__AlterTableMoveAllStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_table_move_all_stmt__init)
}
extension PgQuery__Integer: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__integer__init)
}
extension PgQuery__DefineStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__define_stmt__init)
}
extension PgQuery__AlterFunctionStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_function_stmt__init)
}
extension PgQuery__CreateEnumStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_enum_stmt__init)
}
extension PgQuery__CreateRangeStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_range_stmt__init)
}
extension PgQuery__AlterTypeStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__alter_type_stmt__init)
}
extension PgQuery__CompositeTypeStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__composite_type_stmt__init)
}
extension PgQuery__CreateExtensionStmt: GrammarMessage {
  static let identity = SchemaChange.identity(pg_query__create_extension_stmt__init)
}
