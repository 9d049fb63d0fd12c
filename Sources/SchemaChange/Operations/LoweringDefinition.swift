internal import CGrammar
internal import Postgres

extension Lowering {
  /// Statements that make a table or an index.
  static func definition(
    _ statement: Node<pg_query_Node>
  ) throws(GrammarError) -> SchemaOperation? {
    if let create = statement[pg_query_Node_create_stmt] { return .createTable(table(create)) }
    if let foreign = statement[pg_query_Node_create_foreign_table_stmt] {
      return foreign[pg_query_CreateForeignTableStmt_base_stmt].map { .createTable(table($0)) }
    }
    if let create = statement[pg_query_Node_create_table_as_stmt] { return table(create) }
    if let select = statement[pg_query_Node_select_stmt] {
      return select[pg_query_SelectStmt_into_clause]?[pg_query_IntoClause_rel].map { relation in
        .createTable(
          CreateTable(
            table: relation.qualifiedName, references: [], partitionOf: nil, isFilled: true))
      }
    }
    return statement[pg_query_Node_index_stmt].map { .createIndex(index($0)) }
  }

  private static func table(_ create: Node<pg_query_CreateStmt>) -> CreateTable {
    let references = create.erased.all(pg_query_Constraint.self).compactMap {
      $0[pg_query_Constraint_pktable]
    }
    let parents = create[pg_query_CreateStmt_inh_relations].compactMap {
      $0[pg_query_Node_range_var]
    }
    var table = CreateTable(
      table: create[pg_query_CreateStmt_relation]?.qualifiedName ?? QualifiedName(name: ""),
      references: references.map(\.qualifiedName),
      partitionOf: create[pg_query_CreateStmt_partbound] == nil
        ? nil : parents.first?.qualifiedName,
      ifNotExists: create[pg_query_CreateStmt_if_not_exists],
      types: create[pg_query_CreateStmt_table_elts].compactMap { element in
        guard let column = element[pg_query_Node_column_def] else { return nil }
        return column[pg_query_ColumnDef_type_name].flatMap { try? Deparse.type($0) }
      })
    table.isTemporary =
      create[pg_query_CreateStmt_relation]?[pg_query_RangeVar_relpersistence] == "t"
    return table
  }

  private static func table(_ create: Node<pg_query_CreateTableAsStmt>) -> SchemaOperation? {
    guard let into = create[pg_query_CreateTableAsStmt_into],
      let relation = into[pg_query_IntoClause_rel]
    else { return nil }
    let name = relation.qualifiedName
    let isEmpty = into[pg_query_IntoClause_skip_data]
    if create[pg_query_CreateTableAsStmt_objtype] == pg_query_OBJECT_MATVIEW {
      var view = OtherOperation(
        kind: .createMaterializedView, relation: name, detail: isEmpty ? "WITH NO DATA" : nil)
      view.ifNotExists = create[pg_query_CreateTableAsStmt_if_not_exists]
      return .other(view)
    }
    var table = CreateTable(
      table: name, references: [], partitionOf: nil,
      ifNotExists: create[pg_query_CreateTableAsStmt_if_not_exists], isFilled: !isEmpty)
    table.isTemporary = relation[pg_query_RangeVar_relpersistence] == "t"
    return .createTable(table)
  }

  private static func index(_ create: Node<pg_query_IndexStmt>) -> CreateIndex {
    let elements =
      create[pg_query_IndexStmt_index_params]
      + create[pg_query_IndexStmt_index_including_params]
    return CreateIndex(
      table: create[pg_query_IndexStmt_relation]?.qualifiedName ?? QualifiedName(name: ""),
      name: create[pg_query_IndexStmt_idxname],
      unique: create[pg_query_IndexStmt_unique],
      concurrently: create[pg_query_IndexStmt_concurrent],
      ifNotExists: create[pg_query_IndexStmt_if_not_exists],
      only: create[pg_query_IndexStmt_relation]?[pg_query_RangeVar_inh] == false,
      columns: elements.compactMap { $0[pg_query_Node_index_elem]?[pg_query_IndexElem_name] })
  }
}
