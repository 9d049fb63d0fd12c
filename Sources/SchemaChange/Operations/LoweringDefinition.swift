internal import CPGQuery
internal import Postgres

extension Lowering {
  /// Statements that make a table or an index.
  static func definition(
    _ statement: Node<PgQuery__Node>
  ) throws(GrammarError) -> SchemaOperation? {
    if let create = statement.as(PgQuery__CreateStmt.self) { return .createTable(table(create)) }
    if let foreign = statement.as(PgQuery__CreateForeignTableStmt.self) {
      return foreign.base_stmt.map { .createTable(table($0)) }
    }
    if let create = statement.as(PgQuery__CreateTableAsStmt.self) { return table(create) }
    if let select = statement.as(PgQuery__SelectStmt.self) {
      return select.into_clause?.rel.map { relation in
        .createTable(
          CreateTable(
            table: relation.qualifiedName, references: [], partitionOf: nil, isFilled: true))
      }
    }
    return statement.as(PgQuery__IndexStmt.self).map { .createIndex(index($0)) }
  }

  private static func table(_ create: Node<PgQuery__CreateStmt>) -> CreateTable {
    let references = create.erased.all(PgQuery__Constraint.self).compactMap(\.pktable)
    let parents = create.list(\.inh_relations, \.n_inh_relations).compactMap {
      $0.as(PgQuery__RangeVar.self)
    }
    var table = CreateTable(
      table: create.relation?.qualifiedName ?? QualifiedName(name: ""),
      references: references.map(\.qualifiedName),
      partitionOf: create.partbound == nil ? nil : parents.first?.qualifiedName,
      ifNotExists: create.flag(\.if_not_exists),
      types: create.list(\.table_elts, \.n_table_elts).compactMap { element in
        guard let column = element.as(PgQuery__ColumnDef.self) else { return nil }
        return column.type_name.flatMap { try? Deparse.type($0) }
      })
    table.isTemporary = create.relation?.relpersistence == "t"
    return table
  }

  private static func table(_ create: Node<PgQuery__CreateTableAsStmt>) -> SchemaOperation? {
    guard let name = create.into?.rel?.qualifiedName else { return nil }
    let isEmpty = create.into?.flag(\.skip_data) == true
    if create.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW {
      var view = OtherOperation(
        kind: .createMaterializedView, relation: name, detail: isEmpty ? "WITH NO DATA" : nil)
      view.ifNotExists = create.flag(\.if_not_exists)
      return .other(view)
    }
    var table = CreateTable(
      table: name, references: [], partitionOf: nil, ifNotExists: create.flag(\.if_not_exists),
      isFilled: !isEmpty)
    table.isTemporary = create.into?.rel?.relpersistence == "t"
    return .createTable(table)
  }

  private static func index(_ create: Node<PgQuery__IndexStmt>) -> CreateIndex {
    let elements =
      create.list(\.index_params, \.n_index_params)
      + create.list(\.index_including_params, \.n_index_including_params)
    return CreateIndex(
      table: create.relation?.qualifiedName ?? QualifiedName(name: ""), name: create.idxname,
      unique: create.flag(\.unique), concurrently: create.flag(\.concurrent),
      ifNotExists: create.flag(\.if_not_exists), only: create.relation?.flag(\.inh) == false,
      columns: elements.compactMap { $0.as(PgQuery__IndexElem.self)?.name })
  }
}
