internal import CGrammar

extension Lowering {
  /// The statements whose kind follows from the grammar's name for them.
  static let kinds: [NodeKind: StatementKind] = {
    let table: [(StatementKind, [NodeKind])] = [
      (.comment, [pg_query_Node_node_comment_stmt, pg_query_Node_node_sec_label_stmt]),
      (
        .grant,
        [
          pg_query_Node_node_grant_role_stmt,
          pg_query_Node_node_alter_default_privileges_stmt,
        ]
      ),
      (.owner, [pg_query_Node_node_alter_owner_stmt, pg_query_Node_node_reassign_owned_stmt]),
      (
        .policy,
        [pg_query_Node_node_create_policy_stmt, pg_query_Node_node_alter_policy_stmt]
      ),
      (
        .createType,
        [
          pg_query_Node_node_composite_type_stmt, pg_query_Node_node_create_enum_stmt,
          pg_query_Node_node_create_range_stmt, pg_query_Node_node_define_stmt,
        ]
      ),
      (.createView, [pg_query_Node_node_view_stmt]),
      (.createFunction, [pg_query_Node_node_create_function_stmt]),
      (.createTrigger, [pg_query_Node_node_create_trig_stmt]),
      (.createSequence, [pg_query_Node_node_create_seq_stmt]),
      (.createSchema, [pg_query_Node_node_create_schema_stmt]),
      (.createExtension, [pg_query_Node_node_create_extension_stmt]),
      (.createStatistics, [pg_query_Node_node_create_stats_stmt]),
      (.createRule, [pg_query_Node_node_rule_stmt]),
      (.createOther, creations),
      (.alterTypeOther, [pg_query_Node_node_alter_type_stmt]),
      (.alterSequence, [pg_query_Node_node_alter_seq_stmt]),
      (.alterFunction, [pg_query_Node_node_alter_function_stmt]),
      (.columnStatistics, [pg_query_Node_node_alter_stats_stmt]),
      (.alterOther, alterations),
      (.setTablespace, [pg_query_Node_node_alter_table_move_all_stmt]),
      (.cluster, [pg_query_Node_node_cluster_stmt]),
      (.lockTable, [pg_query_Node_node_lock_stmt]),
      (.merge, [pg_query_Node_node_merge_stmt]),
      (.doBlock, [pg_query_Node_node_do_stmt]),
      (
        .call,
        [
          pg_query_Node_node_call_stmt, pg_query_Node_node_execute_stmt,
          pg_query_Node_node_explain_stmt,
        ]
      ),
      (.select, [pg_query_Node_node_variable_show_stmt, pg_query_Node_node_notify_stmt]),
      (.set, sessionStatements),
    ]
    let pairs = table.flatMap { kind, cases in cases.map { ($0, kind) } }
    return Dictionary(pairs) { first, _ in first }
  }()

  private static let creations: [NodeKind] = [
    pg_query_Node_node_createdb_stmt, pg_query_Node_node_create_plang_stmt,
    pg_query_Node_node_create_role_stmt, pg_query_Node_node_create_conversion_stmt,
    pg_query_Node_node_create_cast_stmt, pg_query_Node_node_create_op_class_stmt,
    pg_query_Node_node_create_op_family_stmt, pg_query_Node_node_create_table_space_stmt,
    pg_query_Node_node_create_fdw_stmt, pg_query_Node_node_create_foreign_server_stmt,
    pg_query_Node_node_create_user_mapping_stmt, pg_query_Node_node_import_foreign_schema_stmt,
    pg_query_Node_node_create_event_trig_stmt, pg_query_Node_node_create_transform_stmt,
    pg_query_Node_node_create_am_stmt, pg_query_Node_node_create_publication_stmt,
    pg_query_Node_node_create_subscription_stmt,
  ]

  private static let alterations: [NodeKind] = [
    pg_query_Node_node_alter_role_stmt, pg_query_Node_node_alter_role_set_stmt,
    pg_query_Node_node_alter_database_stmt, pg_query_Node_node_alter_database_set_stmt,
    pg_query_Node_node_alter_database_refresh_coll_stmt,
    pg_query_Node_node_alter_op_family_stmt, pg_query_Node_node_alter_operator_stmt,
    pg_query_Node_node_alter_object_depends_stmt, pg_query_Node_node_alter_tsdictionary_stmt,
    pg_query_Node_node_alter_tsconfiguration_stmt, pg_query_Node_node_alter_fdw_stmt,
    pg_query_Node_node_alter_foreign_server_stmt, pg_query_Node_node_alter_user_mapping_stmt,
    pg_query_Node_node_alter_table_space_options_stmt, pg_query_Node_node_alter_extension_stmt,
    pg_query_Node_node_alter_extension_contents_stmt, pg_query_Node_node_alter_event_trig_stmt,
    pg_query_Node_node_alter_system_stmt, pg_query_Node_node_alter_publication_stmt,
    pg_query_Node_node_alter_subscription_stmt, pg_query_Node_node_alter_collation_stmt,
    pg_query_Node_node_check_point_stmt,
  ]

  /// Statements that live in one session, which a plan has not.
  private static let sessionStatements: [NodeKind] = [
    pg_query_Node_node_discard_stmt, pg_query_Node_node_prepare_stmt,
    pg_query_Node_node_deallocate_stmt, pg_query_Node_node_declare_cursor_stmt,
    pg_query_Node_node_fetch_stmt, pg_query_Node_node_close_portal_stmt,
    pg_query_Node_node_listen_stmt, pg_query_Node_node_unlisten_stmt,
    pg_query_Node_node_load_stmt, pg_query_Node_node_constraints_set_stmt,
  ]

  /// The commands of `ALTER TABLE` that need no field.
  static let commandKinds: [pg_query_AlterTableType: StatementKind] = {
    let table: [(StatementKind, [pg_query_AlterTableType])] = [
      (.setExpression, command(pg_query_AT_SetExpression)),
      (.dropExpression, command(pg_query_AT_DropExpression)),
      (.columnStatistics, command(pg_query_AT_SetStatistics)),
      (
        .columnOptions,
        span(pg_query_AT_SetOptions, pg_query_AT_ResetOptions)
      ),
      (.columnStorage, command(pg_query_AT_SetStorage)),
      (.columnCompression, command(pg_query_AT_SetCompression)),
      (.owner, command(pg_query_AT_ChangeOwner)),
      (
        .clusterOn,
        span(pg_query_AT_ClusterOn, pg_query_AT_DropCluster)
      ),
      (.setLogged, command(pg_query_AT_SetLogged)),
      (.setUnlogged, command(pg_query_AT_SetUnLogged)),
      (.setAccessMethod, command(pg_query_AT_SetAccessMethod)),
      (.setTablespace, command(pg_query_AT_SetTableSpace)),
      (
        .storageParameters,
        span(
          pg_query_AT_SetRelOptions,
          pg_query_AT_ReplaceRelOptions)
      ),
      (
        .enableTrigger,
        span(pg_query_AT_EnableTrig, pg_query_AT_DisableRule)
      ),
      (
        .inherit,
        span(pg_query_AT_AddInherit, pg_query_AT_DropOf)
      ),
      (.replicaIdentity, command(pg_query_AT_ReplicaIdentity)),
      (
        .rowLevelSecurity,
        span(
          pg_query_AT_EnableRowSecurity,
          pg_query_AT_NoForceRowSecurity)
      ),
      (
        .alterIdentity,
        span(pg_query_AT_AddIdentity, pg_query_AT_SetIdentity)
      ),
      (.dropIdentity, command(pg_query_AT_DropIdentity)),
    ]
    let pairs = table.flatMap { kind, commands in commands.map { ($0, kind) } }
    return Dictionary(uniqueKeysWithValues: pairs)
  }()

  /// The commands from one to another, which the grammar numbers next to each other.
  private static func span(
    _ first: pg_query_AlterTableType, _ last: pg_query_AlterTableType
  ) -> [pg_query_AlterTableType] {
    (first.rawValue...last.rawValue).map { pg_query_AlterTableType(rawValue: $0) }
  }

  private static func command(_ type: pg_query_AlterTableType) -> [pg_query_AlterTableType] {
    [type]
  }
}
