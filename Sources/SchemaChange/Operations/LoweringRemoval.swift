internal import CGrammar
internal import Postgres

extension Lowering {
  /// Statements that drop or empty something.
  static func removal(_ statement: Node<pg_query_Node>) -> SchemaOperation? {
    if let drop = statement[pg_query_Node_drop_stmt] { return self.drop(drop) }
    if let truncate = statement[pg_query_Node_truncate_stmt] {
      let tables = truncate[pg_query_TruncateStmt_relations].compactMap {
        $0[pg_query_Node_range_var]?.qualifiedName
      }
      return .truncate(
        tables: tables, cascade: truncate[pg_query_TruncateStmt_behavior] == pg_query_DROP_CASCADE)
    }
    return otherDrops[statement.kind].map {
      .drop(DropObjects(objectType: $0, names: [], cascade: false))
    }
  }

  private static func drop(_ drop: Node<pg_query_DropStmt>) -> SchemaOperation {
    let names = drop[pg_query_DropStmt_objects].compactMap(name)
    if drop.objectType == pg_query_OBJECT_INDEX {
      return .dropIndex(names: names, concurrently: drop[pg_query_DropStmt_concurrent])
    }
    return .drop(
      DropObjects(
        objectType: objectTypes[drop.objectType] ?? .object, names: names,
        relation: parts.contains(drop.objectType)
          ? drop[pg_query_DropStmt_objects].first?.items.strings.dropLast().map(\.self).relation
          : nil,
        cascade: drop.cascades))
  }

  /// An object's name, whatever shape the grammar gives it.
  private static func name(_ object: Node<pg_query_Node>) -> QualifiedName? {
    if let word = object.string { return QualifiedName(name: word) }
    if let type = object[pg_query_Node_type_name] {
      return type[pg_query_TypeName_names].strings.relation
    }
    if let function = object[pg_query_Node_object_with_args] {
      return function[pg_query_ObjectWithArgs_objname].strings.relation
    }
    return object.items.strings.relation
  }

  /// What belongs to a relation, which its name begins with.
  private static let parts: Set<pg_query_ObjectType> = [
    pg_query_OBJECT_TRIGGER, pg_query_OBJECT_POLICY, pg_query_OBJECT_RULE,
  ]

  /// Drops with a statement kind of their own.
  private static let otherDrops: [NodeKind: ObjectType] = [
    pg_query_Node_node_dropdb_stmt: .database,
    pg_query_Node_node_drop_role_stmt: .role,
    pg_query_Node_node_drop_table_space_stmt: .tablespace,
    pg_query_Node_node_drop_subscription_stmt: .subscription,
    pg_query_Node_node_drop_user_mapping_stmt: .userMapping,
    pg_query_Node_node_drop_owned_stmt: .owned,
  ]

  /// The grammar's object types.
  private static let objectTypes: [pg_query_ObjectType: ObjectType] = [
    pg_query_OBJECT_ACCESS_METHOD: .accessMethod,
    pg_query_OBJECT_AGGREGATE: .aggregate,
    pg_query_OBJECT_CAST: .cast,
    pg_query_OBJECT_COLLATION: .collation,
    pg_query_OBJECT_CONVERSION: .conversion,
    pg_query_OBJECT_DOMAIN: .domain,
    pg_query_OBJECT_EVENT_TRIGGER: .eventTrigger,
    pg_query_OBJECT_EXTENSION: .extension,
    pg_query_OBJECT_FDW: .foreignDataWrapper,
    pg_query_OBJECT_FOREIGN_SERVER: .server,
    pg_query_OBJECT_FOREIGN_TABLE: .foreignTable,
    pg_query_OBJECT_FUNCTION: .function,
    pg_query_OBJECT_LANGUAGE: .language,
    pg_query_OBJECT_MATVIEW: .materializedView,
    pg_query_OBJECT_OPCLASS: .operatorClass,
    pg_query_OBJECT_OPERATOR: .operator,
    pg_query_OBJECT_OPFAMILY: .operatorFamily,
    pg_query_OBJECT_POLICY: .policy,
    pg_query_OBJECT_PROCEDURE: .procedure,
    pg_query_OBJECT_PUBLICATION: .publication,
    pg_query_OBJECT_ROUTINE: .routine,
    pg_query_OBJECT_RULE: .rule,
    pg_query_OBJECT_SCHEMA: .schema,
    pg_query_OBJECT_SEQUENCE: .sequence,
    pg_query_OBJECT_STATISTIC_EXT: .statistics,
    pg_query_OBJECT_TABLE: .table,
    pg_query_OBJECT_TRANSFORM: .transform,
    pg_query_OBJECT_TRIGGER: .trigger,
    pg_query_OBJECT_TSCONFIGURATION: .textSearchConfiguration,
    pg_query_OBJECT_TSDICTIONARY: .textSearchDictionary,
    pg_query_OBJECT_TSPARSER: .textSearchParser,
    pg_query_OBJECT_TSTEMPLATE: .textSearchTemplate,
    pg_query_OBJECT_TYPE: .type,
    pg_query_OBJECT_VIEW: .view,
  ]
}
