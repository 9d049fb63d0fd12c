internal import CPGQuery
internal import Postgres

extension Lowering {
  /// Statements that drop or empty something.
  static func removal(_ statement: Node<PgQuery__Node>) -> SchemaOperation? {
    if let drop = statement.as(PgQuery__DropStmt.self) { return self.drop(drop) }
    if let truncate = statement.as(PgQuery__TruncateStmt.self) {
      let tables = truncate.list(\.relations, \.n_relations).compactMap {
        $0.as(PgQuery__RangeVar.self)?.qualifiedName
      }
      return .truncate(tables: tables, cascade: truncate.behavior.cascades)
    }
    return otherDrops[statement.node_case.rawValue].map {
      .drop(DropObjects(objectType: $0, names: [], cascade: false))
    }
  }

  private static func drop(_ drop: Node<PgQuery__DropStmt>) -> SchemaOperation {
    let names = drop.list(\.objects, \.n_objects).compactMap(name)
    if drop.remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX {
      return .dropIndex(names: names, concurrently: drop.flag(\.concurrent))
    }
    return .drop(
      DropObjects(
        objectType: objectTypes[drop.remove_type.rawValue] ?? "OBJECT", names: names,
        relation: parts.contains(drop.remove_type.rawValue)
          ? drop.list(\.objects, \.n_objects).first?.items.strings.dropLast().map(\.self).relation
          : nil,
        cascade: drop.behavior.cascades))
  }

  /// An object's name, whatever shape the grammar gives it.
  private static func name(_ object: Node<PgQuery__Node>) -> QualifiedName? {
    if let word = object.string { return QualifiedName(name: word) }
    if let type = object.as(PgQuery__TypeName.self) {
      return type.list(\.names, \.n_names).strings.relation
    }
    if let function = object.as(PgQuery__ObjectWithArgs.self) {
      return function.list(\.objname, \.n_objname).strings.relation
    }
    return object.items.strings.relation
  }

  /// What belongs to a relation, which its name begins with.
  private static let parts = Set(
    [
      PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER, PG_QUERY__OBJECT_TYPE__OBJECT_POLICY,
      PG_QUERY__OBJECT_TYPE__OBJECT_RULE,
    ].map(\.rawValue))

  /// Drops with a statement kind of their own.
  private static let otherDrops: [UInt32: String] = [
    PG_QUERY__NODE__NODE_DROPDB_STMT.rawValue: "DATABASE",
    PG_QUERY__NODE__NODE_DROP_ROLE_STMT.rawValue: "ROLE",
    PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT.rawValue: "TABLESPACE",
    PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT.rawValue: "SUBSCRIPTION",
    PG_QUERY__NODE__NODE_DROP_USER_MAPPING_STMT.rawValue: "USER MAPPING",
    PG_QUERY__NODE__NODE_DROP_OWNED_STMT.rawValue: "OWNED",
  ]

  /// The words of `DROP` for the grammar's object types.
  private static let objectTypes: [UInt32: String] = [
    PG_QUERY__OBJECT_TYPE__OBJECT_ACCESS_METHOD.rawValue: "ACCESS METHOD",
    PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE.rawValue: "AGGREGATE",
    PG_QUERY__OBJECT_TYPE__OBJECT_CAST.rawValue: "CAST",
    PG_QUERY__OBJECT_TYPE__OBJECT_COLLATION.rawValue: "COLLATION",
    PG_QUERY__OBJECT_TYPE__OBJECT_CONVERSION.rawValue: "CONVERSION",
    PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN.rawValue: "DOMAIN",
    PG_QUERY__OBJECT_TYPE__OBJECT_EVENT_TRIGGER.rawValue: "EVENT TRIGGER",
    PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION.rawValue: "EXTENSION",
    PG_QUERY__OBJECT_TYPE__OBJECT_FDW.rawValue: "FOREIGN DATA WRAPPER",
    PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_SERVER.rawValue: "SERVER",
    PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE.rawValue: "FOREIGN TABLE",
    PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION.rawValue: "FUNCTION",
    PG_QUERY__OBJECT_TYPE__OBJECT_LANGUAGE.rawValue: "LANGUAGE",
    PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW.rawValue: "MATERIALIZED VIEW",
    PG_QUERY__OBJECT_TYPE__OBJECT_OPCLASS.rawValue: "OPERATOR CLASS",
    PG_QUERY__OBJECT_TYPE__OBJECT_OPERATOR.rawValue: "OPERATOR",
    PG_QUERY__OBJECT_TYPE__OBJECT_OPFAMILY.rawValue: "OPERATOR FAMILY",
    PG_QUERY__OBJECT_TYPE__OBJECT_POLICY.rawValue: "POLICY",
    PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE.rawValue: "PROCEDURE",
    PG_QUERY__OBJECT_TYPE__OBJECT_PUBLICATION.rawValue: "PUBLICATION",
    PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE.rawValue: "ROUTINE",
    PG_QUERY__OBJECT_TYPE__OBJECT_RULE.rawValue: "RULE",
    PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA.rawValue: "SCHEMA",
    PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE.rawValue: "SEQUENCE",
    PG_QUERY__OBJECT_TYPE__OBJECT_STATISTIC_EXT.rawValue: "STATISTICS",
    PG_QUERY__OBJECT_TYPE__OBJECT_TABLE.rawValue: "TABLE",
    PG_QUERY__OBJECT_TYPE__OBJECT_TRANSFORM.rawValue: "TRANSFORM",
    PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER.rawValue: "TRIGGER",
    PG_QUERY__OBJECT_TYPE__OBJECT_TSCONFIGURATION.rawValue: "TEXT SEARCH CONFIGURATION",
    PG_QUERY__OBJECT_TYPE__OBJECT_TSDICTIONARY.rawValue: "TEXT SEARCH DICTIONARY",
    PG_QUERY__OBJECT_TYPE__OBJECT_TSPARSER.rawValue: "TEXT SEARCH PARSER",
    PG_QUERY__OBJECT_TYPE__OBJECT_TSTEMPLATE.rawValue: "TEXT SEARCH TEMPLATE",
    PG_QUERY__OBJECT_TYPE__OBJECT_TYPE.rawValue: "TYPE",
    PG_QUERY__OBJECT_TYPE__OBJECT_VIEW.rawValue: "VIEW",
  ]
}
