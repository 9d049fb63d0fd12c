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
        objectType: objectTypes[drop.objectType] ?? "OBJECT", names: names,
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
  private static let otherDrops: [NodeKind: String] = [
    pg_query_Node_node_dropdb_stmt: "DATABASE",
    pg_query_Node_node_drop_role_stmt: "ROLE",
    pg_query_Node_node_drop_table_space_stmt: "TABLESPACE",
    pg_query_Node_node_drop_subscription_stmt: "SUBSCRIPTION",
    pg_query_Node_node_drop_user_mapping_stmt: "USER MAPPING",
    pg_query_Node_node_drop_owned_stmt: "OWNED",
  ]

  /// The words of `DROP` for the grammar's object types.
  private static let objectTypes: [pg_query_ObjectType: String] = [
    pg_query_OBJECT_ACCESS_METHOD: "ACCESS METHOD",
    pg_query_OBJECT_AGGREGATE: "AGGREGATE",
    pg_query_OBJECT_CAST: "CAST",
    pg_query_OBJECT_COLLATION: "COLLATION",
    pg_query_OBJECT_CONVERSION: "CONVERSION",
    pg_query_OBJECT_DOMAIN: "DOMAIN",
    pg_query_OBJECT_EVENT_TRIGGER: "EVENT TRIGGER",
    pg_query_OBJECT_EXTENSION: "EXTENSION",
    pg_query_OBJECT_FDW: "FOREIGN DATA WRAPPER",
    pg_query_OBJECT_FOREIGN_SERVER: "SERVER",
    pg_query_OBJECT_FOREIGN_TABLE: "FOREIGN TABLE",
    pg_query_OBJECT_FUNCTION: "FUNCTION",
    pg_query_OBJECT_LANGUAGE: "LANGUAGE",
    pg_query_OBJECT_MATVIEW: "MATERIALIZED VIEW",
    pg_query_OBJECT_OPCLASS: "OPERATOR CLASS",
    pg_query_OBJECT_OPERATOR: "OPERATOR",
    pg_query_OBJECT_OPFAMILY: "OPERATOR FAMILY",
    pg_query_OBJECT_POLICY: "POLICY",
    pg_query_OBJECT_PROCEDURE: "PROCEDURE",
    pg_query_OBJECT_PUBLICATION: "PUBLICATION",
    pg_query_OBJECT_ROUTINE: "ROUTINE",
    pg_query_OBJECT_RULE: "RULE",
    pg_query_OBJECT_SCHEMA: "SCHEMA",
    pg_query_OBJECT_SEQUENCE: "SEQUENCE",
    pg_query_OBJECT_STATISTIC_EXT: "STATISTICS",
    pg_query_OBJECT_TABLE: "TABLE",
    pg_query_OBJECT_TRANSFORM: "TRANSFORM",
    pg_query_OBJECT_TRIGGER: "TRIGGER",
    pg_query_OBJECT_TSCONFIGURATION: "TEXT SEARCH CONFIGURATION",
    pg_query_OBJECT_TSDICTIONARY: "TEXT SEARCH DICTIONARY",
    pg_query_OBJECT_TSPARSER: "TEXT SEARCH PARSER",
    pg_query_OBJECT_TSTEMPLATE: "TEXT SEARCH TEMPLATE",
    pg_query_OBJECT_TYPE: "TYPE",
    pg_query_OBJECT_VIEW: "VIEW",
  ]
}
