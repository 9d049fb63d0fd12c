internal import CPGQuery
internal import Postgres

extension Lowering {
  /// `RENAME` and `SET SCHEMA`, whose rule needs a name of theirs.
  static func renaming(_ statement: Node<PgQuery__Node>) -> SchemaOperation? {
    if let rename = statement.as(PgQuery__RenameStmt.self) { return self.rename(rename) }
    if let move = statement.as(PgQuery__AlterObjectSchemaStmt.self) {
      let relation = move.relation?.qualifiedName
      return .other(OtherOperation(kind: .setSchema, relation: relation, detail: move.newschema))
    }
    return nil
  }

  private static func rename(_ rename: Node<PgQuery__RenameStmt>) -> SchemaOperation {
    let table = rename.relation?.qualifiedName
    let new = rename.newname ?? ""
    let ofTable = [
      PG_QUERY__OBJECT_TYPE__OBJECT_TABLE, PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE,
    ]
    if let table, rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN,
      ofTable.contains(rename.relation_type)
    {
      let column = ColumnReference(table: table, column: rename.subname ?? "")
      return .renameColumn(column, to: new)
    }
    if let table, ofTable.contains(rename.rename_type) { return .renameTable(table, to: new) }
    return .other(
      OtherOperation(kind: .renameObject, relation: table, detail: new, part: rename.subname))
  }
}
