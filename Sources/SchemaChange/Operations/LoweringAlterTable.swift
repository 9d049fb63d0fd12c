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

  // MARK: - Columns

  private static func columnType(
    _ definition: Node<pg_query_ColumnDef>, of target: ColumnReference
  ) throws(GrammarError) -> AlterColumnType {
    // The expression is read in places where the table has another name, or none.
    _ = definition[pg_query_ColumnDef_raw_default]?.payload?.dropQualifiers(of: target.table)
    return AlterColumnType(
      target: target, type: try type(definition), collation: collation(definition),
      using: try optional(definition[pg_query_ColumnDef_raw_default], Deparse.expression))
  }

  private static func addColumn(
    _ definition: Node<pg_query_ColumnDef>, to table: QualifiedName, ifNotExists: Bool
  ) throws(GrammarError) -> AddColumn {
    let column = definition[pg_query_ColumnDef_colname] ?? ""
    var result = AddColumn(
      target: ColumnReference(table: table, column: column), type: try type(definition),
      isSerial: definition[pg_query_ColumnDef_type_name]?.isSerial ?? false,
      ifNotExists: ifNotExists,
      collation: collation(definition))
    result.storage = definition[pg_query_ColumnDef_storage_name]
    result.compression = definition[pg_query_ColumnDef_compression]
    // SERIAL implies NOT NULL (PostgreSQL manual, section 8.1.4), and so does identity.
    result.notNull = result.isSerial
    for node in definition[pg_query_ColumnDef_constraints] {
      try result.take(node, table: table)
    }
    return result
  }

  private static func type(_ definition: Node<pg_query_ColumnDef>) throws(GrammarError) -> String {
    try optional(definition[pg_query_ColumnDef_type_name], Deparse.type) ?? ""
  }

  private static func collation(_ definition: Node<pg_query_ColumnDef>) -> String? {
    definition[pg_query_ColumnDef_coll_clause].map {
      Deparse.name($0[pg_query_CollateClause_collname].strings)
    }
  }
}

extension AddColumn {
  /// Takes over one clause of a column's definition.
  fileprivate mutating func take(
    _ node: Node<pg_query_Node>, table: QualifiedName
  ) throws(GrammarError) {
    guard let clause = node[pg_query_Node_constraint] else { return }
    switch clause.type {
    case pg_query_CONSTR_NOTNULL:
      notNull = true
      notNullName = clause[pg_query_Constraint_conname]
      notNullStays = clause[pg_query_Constraint_is_no_inherit]
    case pg_query_CONSTR_NULL: break
    case pg_query_CONSTR_DEFAULT:
      defaultExpression = try Lowering.optional(
        clause[pg_query_Constraint_raw_expr], Deparse.expression)
    case pg_query_CONSTR_IDENTITY:
      identity = clause[pg_query_Constraint_generated_when] == "a" ? .always : .byDefault
      identityOptions = try Lowering.identityOptions(node)
      namesIdentitySequence = clause[pg_query_Constraint_options].contains {
        $0[pg_query_Node_def_elem]?[pg_query_DefElem_defname] == "sequence_name"
      }
      notNull = true
    case pg_query_CONSTR_GENERATED:
      generated = clause[pg_query_Constraint_generated_kind] == "s" ? .stored : .virtual
      generatedExpression = try Lowering.optional(
        clause[pg_query_Constraint_raw_expr], Deparse.expression)
    case pg_query_CONSTR_ATTR_DEFERRABLE: constraints.markLast(deferrable: true)
    case pg_query_CONSTR_ATTR_DEFERRED: constraints.markLast(deferred: true)
    case pg_query_CONSTR_ATTR_NOT_ENFORCED: constraints.markLastUnenforced()
    case pg_query_CONSTR_ATTR_ENFORCED: break
    case pg_query_CONSTR_ATTR_NOT_DEFERRABLE,
      pg_query_CONSTR_ATTR_IMMEDIATE:
      break
    default:
      if clause.type == pg_query_CONSTR_PRIMARY { notNull = true }
      let added = try Lowering.addConstraint(node, to: table, column: target.column)
      if let added { constraints.append(added) }
    }
  }
}

extension [AddConstraint] {
  /// Nothing checks a constraint that is `NOT ENFORCED`: neither rows that are there nor new ones.
  fileprivate mutating func markLastUnenforced() {
    guard let last = indices.last else { return }
    self[last].notValid = true
    self[last].enforced = false
    self[last].definition += " NOT ENFORCED"
  }

  /// `DEFERRABLE` and `INITIALLY DEFERRED` stand behind the inline constraint that they are about.
  fileprivate mutating func markLast(deferrable: Bool = false, deferred: Bool = false) {
    guard let last = indices.last else { return }
    self[last].deferrable = true
    if deferrable { self[last].definition += " DEFERRABLE" }
    if deferred {
      self[last].initiallyDeferred = true
      self[last].definition += " INITIALLY DEFERRED"
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

extension Node where Message == pg_query_TypeName {
  /// Whether the type is one of the words that make a sequence.
  fileprivate var isSerial: Bool {
    let words = ["smallserial", "serial2", "serial", "serial4", "bigserial", "serial8"]
    let names = self[pg_query_TypeName_names].strings
    return names.count == 1 && names.allSatisfy(words.contains)
  }
}
