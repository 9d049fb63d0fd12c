internal import CPGQuery
internal import Postgres

extension Lowering {
  /// `ALTER TABLE` and its relatives with one command.
  static func alterTable(
    _ statement: Node<PgQuery__AlterTableStmt>
  ) throws(GrammarError) -> SchemaOperation {
    let commands = statement.list(\.cmds, \.n_cmds).compactMap {
      $0.as(PgQuery__AlterTableCmd.self)
    }
    guard let table = statement.relation?.qualifiedName, commands.count == 1,
      let command = commands.first
    else {
      throw GrammarError(message: "an ALTER statement with one command was expected")
    }
    switch statement.objtype {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
      return try alterTable(table, command)
    case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
      return compositeType(table, command)
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
      // A foreign table has no rows of its own: nothing there rewrites or scans.
      if command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn {
        return try alterTable(table, command)
      }
      return .other(OtherOperation(kind: .alterOther, relation: table))
    default:
      let plain = commandKinds[command.subtype.rawValue]
      let fallback: StatementKind =
        statement.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW ? .alterView : .alterOther
      let isOption = plain == .storageParameters && fallback == .alterView
      return .other(
        OtherOperation(kind: isOption ? fallback : plain ?? fallback, relation: table))
    }
  }

  private static func alterTable(
    _ table: QualifiedName, _ command: Node<PgQuery__AlterTableCmd>
  ) throws(GrammarError) -> SchemaOperation {
    if let operation = try column(table, command) { return operation }
    if let operation = try constraint(table, command) { return operation }
    if let operation = partition(table, command) { return operation }
    let kind = commandKinds[command.subtype.rawValue] ?? .alterOther
    return .other(OtherOperation(kind: kind, relation: table, detail: command.name))
  }

  // MARK: - Families of commands

  private static func column(
    _ table: QualifiedName, _ command: Node<PgQuery__AlterTableCmd>
  ) throws(GrammarError) -> SchemaOperation? {
    let target = ColumnReference(table: table, column: command.name ?? "")
    switch command.subtype {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
      guard let definition = command.def?.as(PgQuery__ColumnDef.self) else { return nil }
      return .addColumn(
        try addColumn(definition, to: table, ifNotExists: command.flag(\.missing_ok)))
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
      guard let definition = command.def?.as(PgQuery__ColumnDef.self) else { return nil }
      return .alterColumnType(try columnType(definition, of: target))
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault:
      return .columnDefault(target, expression: try optional(command.def, Deparse.expression))
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull: return .setNotNull(target)
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull: return .dropNotNull(target)
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
      return .dropColumn(target, cascade: command.behavior.cascades)
    default: return nil
    }
  }

  private static func constraint(
    _ table: QualifiedName, _ command: Node<PgQuery__AlterTableCmd>
  ) throws(GrammarError) -> SchemaOperation? {
    switch command.subtype {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
      guard let node = command.def, let added = try addConstraint(node, to: table, column: nil)
      else { return nil }
      return .addConstraint(added)
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
      return .validateConstraint(table: table, name: command.name ?? "")
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
      return .dropConstraint(
        table: table, name: command.name ?? "", cascade: command.behavior.cascades)
    default: return nil
    }
  }

  private static func partition(
    _ table: QualifiedName, _ command: Node<PgQuery__AlterTableCmd>
  ) -> SchemaOperation? {
    guard let partition = command.def?.as(PgQuery__PartitionCmd.self),
      let name = partition.name?.qualifiedName
    else { return nil }
    switch command.subtype {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
      return .attachPartition(parent: table, partition: name)
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
      return .detachPartition(
        parent: table, partition: name, concurrently: partition.flag(\.concurrent))
    default: return nil
    }
  }

  // MARK: - Columns

  private static func columnType(
    _ definition: Node<PgQuery__ColumnDef>, of target: ColumnReference
  ) throws(GrammarError) -> AlterColumnType {
    // The expression is read in places where the table has another name, or none.
    _ = definition.raw_default?.erased.dropQualifiers(of: target.table)
    return AlterColumnType(
      target: target, type: try type(definition), collation: collation(definition),
      using: try optional(definition.raw_default, Deparse.expression))
  }

  private static func addColumn(
    _ definition: Node<PgQuery__ColumnDef>, to table: QualifiedName, ifNotExists: Bool
  ) throws(GrammarError) -> AddColumn {
    let column = definition.colname ?? ""
    var result = AddColumn(
      target: ColumnReference(table: table, column: column), type: try type(definition),
      isSerial: definition.type_name?.isSerial ?? false, ifNotExists: ifNotExists,
      collation: collation(definition))
    // SERIAL implies NOT NULL (PostgreSQL manual, section 8.1.4), and so does identity.
    result.notNull = result.isSerial
    for node in definition.list(\.constraints, \.n_constraints) {
      try result.take(node, table: table)
    }
    return result
  }

  private static func type(_ definition: Node<PgQuery__ColumnDef>) throws(GrammarError) -> String {
    try optional(definition.type_name, Deparse.type) ?? ""
  }

  private static func collation(_ definition: Node<PgQuery__ColumnDef>) -> String? {
    definition.coll_clause.map { Deparse.name($0.list(\.collname, \.n_collname).strings) }
  }
}

extension AddColumn {
  /// Takes over one clause of a column's definition.
  fileprivate mutating func take(
    _ node: Node<PgQuery__Node>, table: QualifiedName
  ) throws(GrammarError) {
    guard let clause = node.as(PgQuery__Constraint.self) else { return }
    switch clause.contype {
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL: notNull = true
    case PG_QUERY__CONSTR_TYPE__CONSTR_NULL: break
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
      defaultExpression = try Lowering.optional(clause.raw_expr, Deparse.expression)
    case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
      identity = clause.generated_when == "a" ? .always : .byDefault
      identityOptions = try Lowering.identityOptions(node)
      namesIdentitySequence = clause.list(\.options, \.n_options).contains {
        $0.as(PgQuery__DefElem.self)?.defname == "sequence_name"
      }
      notNull = true
    case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED: generated = .stored
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE: constraints.markLast(deferrable: true)
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED: constraints.markLast(deferred: true)
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE,
      PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_IMMEDIATE:
      break
    default:
      if clause.contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY { notNull = true }
      let added = try Lowering.addConstraint(node, to: table, column: target.column)
      if let added { constraints.append(added) }
    }
  }
}

extension [AddConstraint] {
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

extension PgQuery__DropBehavior {
  /// Whether `CASCADE` was written.
  var cascades: Bool { self == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE }
}

extension Node where Message == PgQuery__TypeName {
  /// Whether the type is one of the words that make a sequence.
  fileprivate var isSerial: Bool {
    let words = ["smallserial", "serial2", "serial", "serial4", "bigserial", "serial8"]
    let names = list(\.names, \.n_names).strings
    return names.count == 1 && names.allSatisfy(words.contains)
  }
}
