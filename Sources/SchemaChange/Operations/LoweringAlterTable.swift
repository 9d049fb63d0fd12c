internal import CGrammar
internal import Postgres

extension Lowering {
  /// `ALTER TABLE` and its relatives with one command.
  static func alterTable(
    _ statement: Node<pg_query_AlterTableStmt>
  ) throws(GrammarError) -> SchemaOperation {
    let commands = statement[pg_query_AlterTableStmt_cmds].compactMap {
      $0[pg_query_Node_alter_table_cmd]
    }
    guard let table = statement[pg_query_AlterTableStmt_relation]?.qualifiedName,
      commands.count == 1,
      let command = commands.first
    else {
      throw GrammarError(message: "an ALTER statement with one command was expected")
    }
    switch statement.objectType {
    case pg_query_OBJECT_TABLE:
      return try alterTable(table, command)
    case pg_query_OBJECT_TYPE:
      return compositeType(table, command)
    case pg_query_OBJECT_FOREIGN_TABLE:
      // A foreign table has no rows of its own: nothing there rewrites or scans.
      if command.type == pg_query_AT_DropColumn {
        return try alterTable(table, command)
      }
      return .other(OtherOperation(kind: .alterOther, relation: table))
    default:
      let plain = commandKinds[command.type]
      let fallback: StatementKind =
        statement.objectType == pg_query_OBJECT_VIEW ? .alterView : .alterOther
      let isOption = plain == .storageParameters && fallback == .alterView
      return .other(
        OtherOperation(kind: isOption ? fallback : plain ?? fallback, relation: table))
    }
  }

  private static func alterTable(
    _ table: QualifiedName, _ command: Node<pg_query_AlterTableCmd>
  ) throws(GrammarError) -> SchemaOperation {
    if let operation = try column(table, command) { return operation }
    if let operation = try constraint(table, command) { return operation }
    if let operation = partition(table, command) { return operation }
    let kind = commandKinds[command.type] ?? .alterOther
    return .other(
      OtherOperation(kind: kind, relation: table, detail: command[pg_query_AlterTableCmd_name]))
  }

  // MARK: - Families of commands

  private static func column(
    _ table: QualifiedName, _ command: Node<pg_query_AlterTableCmd>
  ) throws(GrammarError) -> SchemaOperation? {
    let target = ColumnReference(table: table, column: command[pg_query_AlterTableCmd_name] ?? "")
    switch command.type {
    case pg_query_AT_AddColumn:
      guard let definition = command[pg_query_AlterTableCmd_def]?[pg_query_Node_column_def] else {
        return nil
      }
      return .addColumn(
        try addColumn(
          definition, to: table, ifNotExists: command[pg_query_AlterTableCmd_missing_ok]))
    case pg_query_AT_AlterColumnType:
      guard let definition = command[pg_query_AlterTableCmd_def]?[pg_query_Node_column_def] else {
        return nil
      }
      return .alterColumnType(try columnType(definition, of: target))
    case pg_query_AT_ColumnDefault:
      return .columnDefault(
        target, expression: try optional(command[pg_query_AlterTableCmd_def], Deparse.expression))
    case pg_query_AT_SetNotNull: return .setNotNull(target)
    case pg_query_AT_DropNotNull: return .dropNotNull(target)
    case pg_query_AT_DropColumn:
      return .dropColumn(target, cascade: command.cascades)
    default: return nil
    }
  }

  private static func constraint(
    _ table: QualifiedName, _ command: Node<pg_query_AlterTableCmd>
  ) throws(GrammarError) -> SchemaOperation? {
    switch command.type {
    case pg_query_AT_AddConstraint:
      guard let node = command[pg_query_AlterTableCmd_def],
        let added = try addConstraint(node, to: table, column: nil)
      else { return nil }
      return .addConstraint(added)
    case pg_query_AT_ValidateConstraint:
      return .validateConstraint(table: table, name: command[pg_query_AlterTableCmd_name] ?? "")
    case pg_query_AT_DropConstraint:
      return .dropConstraint(
        table: table, name: command[pg_query_AlterTableCmd_name] ?? "", cascade: command.cascades)
    case pg_query_AT_AlterConstraint:
      let change = command[pg_query_AlterTableCmd_def]?[pg_query_Node_atalter_constraint]
      guard let change, change[pg_query_ATAlterConstraint_alter_enforceability],
        change[pg_query_ATAlterConstraint_is_enforced]
      else { return nil }
      return .other(
        OtherOperation(
          kind: .enforceConstraint, relation: table,
          detail: change[pg_query_ATAlterConstraint_conname]))
    default: return nil
    }
  }

  private static func partition(
    _ table: QualifiedName, _ command: Node<pg_query_AlterTableCmd>
  ) -> SchemaOperation? {
    guard let partition = command[pg_query_AlterTableCmd_def]?[pg_query_Node_partition_cmd],
      let name = partition[pg_query_PartitionCmd_name]?.qualifiedName
    else { return nil }
    switch command.type {
    case pg_query_AT_AttachPartition:
      return .attachPartition(parent: table, partition: name)
    case pg_query_AT_DetachPartition:
      return .detachPartition(
        parent: table, partition: name, concurrently: partition[pg_query_PartitionCmd_concurrent])
    default: return nil
    }
  }
}

extension Node where Message == pg_query_AlterTableStmt {
  /// What kind of object it alters.
  fileprivate var objectType: pg_query_ObjectType { self[pg_query_AlterTableStmt_objtype] }
}

extension Node where Message == pg_query_AlterTableCmd {
  /// Which command it is.
  var type: pg_query_AlterTableType { self[pg_query_AlterTableCmd_subtype] }

  /// Whether `CASCADE` was written.
  var cascades: Bool {
    self[pg_query_AlterTableCmd_behavior] == pg_query_DROP_CASCADE
  }
}

extension Node where Message == pg_query_DropStmt {
  /// What kind of object it drops.
  var objectType: pg_query_ObjectType { self[pg_query_DropStmt_remove_type] }

  /// Whether `CASCADE` was written.
  var cascades: Bool { self[pg_query_DropStmt_behavior] == pg_query_DROP_CASCADE }
}
