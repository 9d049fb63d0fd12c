internal import CPGQuery

extension Lowering {
  /// The statements whose kind follows from the grammar's name for them.
  static let kinds: [UInt32: StatementKind] = {
    let table: [(StatementKind, [PgQuery__Node__NodeCase])] = [
      (.comment, [PG_QUERY__NODE__NODE_COMMENT_STMT, PG_QUERY__NODE__NODE_SEC_LABEL_STMT]),
      (
        .grant,
        [
          PG_QUERY__NODE__NODE_GRANT_ROLE_STMT,
          PG_QUERY__NODE__NODE_ALTER_DEFAULT_PRIVILEGES_STMT,
        ]
      ),
      (.owner, [PG_QUERY__NODE__NODE_ALTER_OWNER_STMT, PG_QUERY__NODE__NODE_REASSIGN_OWNED_STMT]),
      (
        .policy,
        [PG_QUERY__NODE__NODE_CREATE_POLICY_STMT, PG_QUERY__NODE__NODE_ALTER_POLICY_STMT]
      ),
      (
        .createType,
        [
          PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT, PG_QUERY__NODE__NODE_CREATE_ENUM_STMT,
          PG_QUERY__NODE__NODE_CREATE_RANGE_STMT, PG_QUERY__NODE__NODE_DEFINE_STMT,
        ]
      ),
      (.createView, [PG_QUERY__NODE__NODE_VIEW_STMT]),
      (.createFunction, [PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT]),
      (.createTrigger, [PG_QUERY__NODE__NODE_CREATE_TRIG_STMT]),
      (.createSequence, [PG_QUERY__NODE__NODE_CREATE_SEQ_STMT]),
      (.createSchema, [PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT]),
      (.createExtension, [PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT]),
      (.createStatistics, [PG_QUERY__NODE__NODE_CREATE_STATS_STMT]),
      (.createRule, [PG_QUERY__NODE__NODE_RULE_STMT]),
      (.createOther, creations),
      (.alterTypeOther, [PG_QUERY__NODE__NODE_ALTER_TYPE_STMT]),
      (.alterSequence, [PG_QUERY__NODE__NODE_ALTER_SEQ_STMT]),
      (.alterFunction, [PG_QUERY__NODE__NODE_ALTER_FUNCTION_STMT]),
      (.columnStatistics, [PG_QUERY__NODE__NODE_ALTER_STATS_STMT]),
      (.alterOther, alterations),
      (.setTablespace, [PG_QUERY__NODE__NODE_ALTER_TABLE_MOVE_ALL_STMT]),
      (.cluster, [PG_QUERY__NODE__NODE_CLUSTER_STMT]),
      (.lockTable, [PG_QUERY__NODE__NODE_LOCK_STMT]),
      (.merge, [PG_QUERY__NODE__NODE_MERGE_STMT]),
      (.doBlock, [PG_QUERY__NODE__NODE_DO_STMT]),
      (
        .call,
        [
          PG_QUERY__NODE__NODE_CALL_STMT, PG_QUERY__NODE__NODE_EXECUTE_STMT,
          PG_QUERY__NODE__NODE_EXPLAIN_STMT,
        ]
      ),
      (.select, [PG_QUERY__NODE__NODE_VARIABLE_SHOW_STMT, PG_QUERY__NODE__NODE_NOTIFY_STMT]),
      (.set, sessionStatements),
    ]
    let pairs = table.flatMap { kind, cases in cases.map { ($0.rawValue, kind) } }
    return Dictionary(pairs) { first, _ in first }
  }()

  private static let creations: [PgQuery__Node__NodeCase] = [
    PG_QUERY__NODE__NODE_CREATEDB_STMT, PG_QUERY__NODE__NODE_CREATE_PLANG_STMT,
    PG_QUERY__NODE__NODE_CREATE_ROLE_STMT, PG_QUERY__NODE__NODE_CREATE_CONVERSION_STMT,
    PG_QUERY__NODE__NODE_CREATE_CAST_STMT, PG_QUERY__NODE__NODE_CREATE_OP_CLASS_STMT,
    PG_QUERY__NODE__NODE_CREATE_OP_FAMILY_STMT, PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT,
    PG_QUERY__NODE__NODE_CREATE_FDW_STMT, PG_QUERY__NODE__NODE_CREATE_FOREIGN_SERVER_STMT,
    PG_QUERY__NODE__NODE_CREATE_USER_MAPPING_STMT, PG_QUERY__NODE__NODE_IMPORT_FOREIGN_SCHEMA_STMT,
    PG_QUERY__NODE__NODE_CREATE_EVENT_TRIG_STMT, PG_QUERY__NODE__NODE_CREATE_TRANSFORM_STMT,
    PG_QUERY__NODE__NODE_CREATE_AM_STMT, PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT,
    PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT,
  ]

  private static let alterations: [PgQuery__Node__NodeCase] = [
    PG_QUERY__NODE__NODE_ALTER_ROLE_STMT, PG_QUERY__NODE__NODE_ALTER_ROLE_SET_STMT,
    PG_QUERY__NODE__NODE_ALTER_DATABASE_STMT, PG_QUERY__NODE__NODE_ALTER_DATABASE_SET_STMT,
    PG_QUERY__NODE__NODE_ALTER_DATABASE_REFRESH_COLL_STMT,
    PG_QUERY__NODE__NODE_ALTER_OP_FAMILY_STMT, PG_QUERY__NODE__NODE_ALTER_OPERATOR_STMT,
    PG_QUERY__NODE__NODE_ALTER_OBJECT_DEPENDS_STMT, PG_QUERY__NODE__NODE_ALTER_TSDICTIONARY_STMT,
    PG_QUERY__NODE__NODE_ALTER_TSCONFIGURATION_STMT, PG_QUERY__NODE__NODE_ALTER_FDW_STMT,
    PG_QUERY__NODE__NODE_ALTER_FOREIGN_SERVER_STMT, PG_QUERY__NODE__NODE_ALTER_USER_MAPPING_STMT,
    PG_QUERY__NODE__NODE_ALTER_TABLE_SPACE_OPTIONS_STMT, PG_QUERY__NODE__NODE_ALTER_EXTENSION_STMT,
    PG_QUERY__NODE__NODE_ALTER_EXTENSION_CONTENTS_STMT, PG_QUERY__NODE__NODE_ALTER_EVENT_TRIG_STMT,
    PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT, PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT,
    PG_QUERY__NODE__NODE_ALTER_SUBSCRIPTION_STMT, PG_QUERY__NODE__NODE_ALTER_COLLATION_STMT,
    PG_QUERY__NODE__NODE_CHECK_POINT_STMT,
  ]

  /// Statements that live in one session, which a plan has not.
  private static let sessionStatements: [PgQuery__Node__NodeCase] = [
    PG_QUERY__NODE__NODE_DISCARD_STMT, PG_QUERY__NODE__NODE_PREPARE_STMT,
    PG_QUERY__NODE__NODE_DEALLOCATE_STMT, PG_QUERY__NODE__NODE_DECLARE_CURSOR_STMT,
    PG_QUERY__NODE__NODE_FETCH_STMT, PG_QUERY__NODE__NODE_CLOSE_PORTAL_STMT,
    PG_QUERY__NODE__NODE_LISTEN_STMT, PG_QUERY__NODE__NODE_UNLISTEN_STMT,
    PG_QUERY__NODE__NODE_LOAD_STMT, PG_QUERY__NODE__NODE_CONSTRAINTS_SET_STMT,
  ]

  /// The commands of `ALTER TABLE` that need no field.
  static let commandKinds: [UInt32: StatementKind] = {
    let table: [(StatementKind, ClosedRange<UInt32>)] = [
      (.dropExpression, command(PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression)),
      (.columnStatistics, command(PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics)),
      (
        .columnOptions,
        span(PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions, PG_QUERY__ALTER_TABLE_TYPE__AT_ResetOptions)
      ),
      (.columnStorage, command(PG_QUERY__ALTER_TABLE_TYPE__AT_SetStorage)),
      (.columnCompression, command(PG_QUERY__ALTER_TABLE_TYPE__AT_SetCompression)),
      (.owner, command(PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner)),
      (
        .clusterOn,
        span(PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn, PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster)
      ),
      (.setLogged, command(PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged)),
      (.setUnlogged, command(PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged)),
      (.setAccessMethod, command(PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod)),
      (.setTablespace, command(PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace)),
      (
        .storageParameters,
        span(
          PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions,
          PG_QUERY__ALTER_TABLE_TYPE__AT_ReplaceRelOptions)
      ),
      (
        .enableTrigger,
        span(PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig, PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRule)
      ),
      (
        .inherit,
        span(PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit, PG_QUERY__ALTER_TABLE_TYPE__AT_DropOf)
      ),
      (.replicaIdentity, command(PG_QUERY__ALTER_TABLE_TYPE__AT_ReplicaIdentity)),
      (
        .rowLevelSecurity,
        span(
          PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity,
          PG_QUERY__ALTER_TABLE_TYPE__AT_NoForceRowSecurity)
      ),
      (
        .alterIdentity,
        span(PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity, PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity)
      ),
      (.dropIdentity, command(PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity)),
    ]
    let pairs = table.flatMap { kind, commands in commands.map { ($0, kind) } }
    return Dictionary(uniqueKeysWithValues: pairs)
  }()

  /// The commands from one to another, which the grammar numbers next to each other.
  private static func span(
    _ first: PgQuery__AlterTableType, _ last: PgQuery__AlterTableType
  ) -> ClosedRange<UInt32> {
    first.rawValue...last.rawValue
  }

  private static func command(_ type: PgQuery__AlterTableType) -> ClosedRange<UInt32> {
    type.rawValue...type.rawValue
  }
}
