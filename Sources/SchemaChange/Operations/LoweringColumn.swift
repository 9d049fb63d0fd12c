internal import CGrammar
internal import Postgres

/// The definitions of columns.
extension Lowering {
  /// `ALTER COLUMN … TYPE`.
  static func columnType(
    _ definition: Node<pg_query_ColumnDef>, of target: ColumnReference
  ) throws(GrammarError) -> AlterColumnType {
    // The expression is read in places where the table has another name, or none.
    _ = definition[pg_query_ColumnDef_raw_default]?.payload?.dropQualifiers(of: target.table)
    return AlterColumnType(
      target: target, type: try type(definition), collation: collation(definition),
      using: try optional(definition[pg_query_ColumnDef_raw_default], Deparse.expression))
  }

  /// `ADD COLUMN`.
  static func addColumn(
    _ definition: Node<pg_query_ColumnDef>, to table: QualifiedName, ifNotExists: Bool
  ) throws(GrammarError) -> AddColumn {
    let column = definition[pg_query_ColumnDef_colname] ?? ""
    var result = AddColumn(
      target: ColumnReference(table: table, column: column), type: try type(definition),
      isSerial: definition[pg_query_ColumnDef_type_name]?.isSerial ?? false,
      ifNotExists: ifNotExists,
      collation: collation(definition))
    result.storage = definition[pg_query_ColumnDef_storage_name].map { Deparse.name([$0]) }
    result.compression = definition[pg_query_ColumnDef_compression].map { Deparse.name([$0]) }
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

extension Node where Message == pg_query_TypeName {
  /// Whether the type is one of the words that make a sequence.
  fileprivate var isSerial: Bool {
    let words = ["smallserial", "serial2", "serial", "serial4", "bigserial", "serial8"]
    let names = self[pg_query_TypeName_names].strings
    return names.count == 1 && names.allSatisfy(words.contains)
  }
}
