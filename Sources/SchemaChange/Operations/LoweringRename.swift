internal import CGrammar
internal import Postgres

extension Lowering {
  /// `RENAME` and `SET SCHEMA`, whose rule needs a name of theirs.
  static func renaming(_ statement: Node<pg_query_Node>) -> SchemaOperation? {
    if let rename = statement[pg_query_Node_rename_stmt] { return self.rename(rename) }
    return statement[pg_query_Node_alter_object_schema_stmt].map { move in
      .other(
        OtherOperation(
          kind: .setSchema, relation: move[pg_query_AlterObjectSchemaStmt_relation]?.qualifiedName,
          detail: move[pg_query_AlterObjectSchemaStmt_newschema]))
    }
  }

  private static func rename(_ rename: Node<pg_query_RenameStmt>) -> SchemaOperation {
    let table = rename[pg_query_RenameStmt_relation]?.qualifiedName
    let new = rename[pg_query_RenameStmt_newname] ?? ""
    let part = rename[pg_query_RenameStmt_subname]
    let kind: pg_query_ObjectType = rename[pg_query_RenameStmt_rename_type]
    let owner: pg_query_ObjectType = rename[pg_query_RenameStmt_relation_type]
    let ofTable = [pg_query_OBJECT_TABLE, pg_query_OBJECT_FOREIGN_TABLE]
    if let table, kind == pg_query_OBJECT_COLUMN, ofTable.contains(owner) {
      return .renameColumn(ColumnReference(table: table, column: part ?? ""), to: new)
    }
    if let table, ofTable.contains(kind) { return .renameTable(table, to: new) }
    return .other(
      OtherOperation(kind: .renameObject, relation: table, detail: new, part: part))
  }
}
