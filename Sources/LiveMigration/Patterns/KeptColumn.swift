internal import Postgres
internal import SchemaChange

/// A legacy column that stays after the swap, under a name of the plan's own, and follows the column that took its
/// place.
///
/// No client knows it, so that it binds none: what has no old value leaves it empty, and is counted.
struct KeptColumn: Sendable {
  /// The column, as it is replaced.
  let column: ReplacementColumn
  let way: WayBack
  /// What the table is called after the swap.
  let table: TableFacts
  /// What the new column is called then.
  let current: String

  /// Its name after the swap.
  var name: String { column.ownName + "_kept" }

  private var quoted: String { Quoting.identifier(name) }
  private var newColumn: String { Quoting.identifier(current) }
  private var function: QualifiedName {
    QualifiedName(schema: column.table.name.schema, name: name)
  }
  private var trigger: String { Quoting.identifier("zzzz_" + name) }

  /// Why a column cannot be kept; `nil` where it can.
  static func obstacle(to column: ReplacementColumn) -> String? {
    let name = "\(column.table.name).\(Quoting.identifier(column.legacy.name))"
    guard let read = try? SQLExpression.columns(in: column.source), read == [column.legacy.name]
    else { return "the new \(name) is made of other columns than itself" }
    if let obstacle = column.uniqueObstacle { return obstacle }
    return column.legacy.typeRefusesNull ? "the old type of \(name) takes no NULL" : nil
  }

  /// Whether the column's values must differ, now or once it is back.
  private var isUnique: Bool {
    column.table.tree.flatMap(\.indexes).contains {
      $0.unique && $0.columns.contains(column.legacy.name)
    }
  }

  /// The new value that the kept one means.
  private func forward(in row: String?) throws(RewriteError) -> String {
    let renamed = try SQLExpression.renamingColumns(column.source, [column.legacy.name: name])
    let expression =
      if let row { try SQLExpression.qualifyingColumns(renamed, with: row) } else { renamed }
    return "(\(expression))::\(column.after.type)"
  }

  /// The old value of a new one, in a row.
  private func backward(in row: String) throws(RewriteError) -> String {
    let renamed = try SQLExpression.renamingColumns(way.expression, [way.column: current])
    return try SQLExpression.qualifyingColumns(renamed, with: row)
  }

  /// Takes it off partitions that were detached meanwhile, which keep the new shape.
  var strays: [String] {
    let parts = column.table.tree.dropFirst().map(\.name)
    return parts.isEmpty ? [] : [StrayColumn(name: name, parts: parts).statement]
  }

  // MARK: - The trigger

  /// The statements that keep it in step.
  func install() throws(RewriteError) -> [String] {
    let (old, new) = ("new.\(Quoting.field(name))", "new.\(Quoting.field(current))")
    // Two new values may look the same in the old shape, where a unique index takes one alone.
    let exact =
      isUnique
      ? """

            IF \(column.differ(new, try forward(in: "new"))) THEN
              \(old) := NULL;
            END IF;
      """ : ""
    // A statement that writes rows by position means the column that stood there: the new one follows.
    let body = """
      BEGIN
        IF tg_op = 'INSERT' AND \(old) IS NOT NULL THEN
          \(new) := \(try forward(in: "new"));
        ELSIF tg_op = 'INSERT'
          OR ROW(\(new))::record OPERATOR(pg_catalog.*<>) ROW(old.\(Quoting.field(current)))::record
        THEN
          BEGIN
            \(old) := \(try backward(in: "new"));\(exact)
          EXCEPTION WHEN OTHERS THEN
            \(old) := NULL;
          END;
        END IF;
        RETURN new;
      EXCEPTION WHEN undefined_column THEN
        RETURN new;
      END
      """
    let settings = way.settings.isEmpty ? nil : way.settings
    return [
      """
      CREATE OR REPLACE FUNCTION \(function)() RETURNS trigger LANGUAGE plpgsql\(column.pinned(settings)) \
      AS \(Quoting.literal(body))
      """
    ] + HookRights.statements("\(function)()", on: table) + [
      """
      CREATE TRIGGER \(trigger) BEFORE INSERT OR UPDATE ON \(table.name) FOR EACH ROW \
      EXECUTE FUNCTION \(function)()
      """
    ]
      + IfThere.always(trigger, on: table)
  }

  /// The statements that end it, on the table by a name that it has then.
  func remove(from table: QualifiedName) -> [String] {
    [
      "DROP TRIGGER IF EXISTS \(trigger) ON \(table)", "DROP FUNCTION IF EXISTS \(function)()",
    ]
  }

  /// The statements that drop it for good, wherever its table is by then.
  var retirement: [String] {
    [keysOnto]
      + HookUndo(table: column.table, trigger: "zzzz_" + name, functions: [name], column: name)
      .statements + [StrayColumn.everywhere(name, table: column.table.oid)]
  }

  /// Drops the foreign keys that a way back has made onto it before it was given up.
  private var keysOnto: String {
    CatalogueBlock.statement(
      declaring: ["item record"],
      """
        FOR item IN SELECT conrelid::regclass AS relation, conname FROM pg_constraint JOIN pg_attribute
            ON attrelid = confrelid AND attnum = ANY (confkey)
          WHERE attname = \(Quoting.literal(name)) AND NOT attisdropped AND conparentid = 0
            AND starts_with(conname::text, \(Quoting.literal(column.ownPrefix)))
        LOOP
          EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', item.relation, item.conname);
        END LOOP;
      """)
  }

  /// Stops a way back where the trigger was switched off meanwhile.
  func stands(on table: QualifiedName) -> String {
    let body = """
      BEGIN
        IF EXISTS (SELECT FROM (SELECT \(CatalogueBlock.relation(table))::oid AS relid
            UNION SELECT relid FROM pg_catalog.pg_partition_tree(\(CatalogueBlock.relation(table)))) AS node
          WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = node.relid
            AND tgname = \(Quoting.literal("zzzz_" + name)) AND tgenabled = 'A'))
        THEN
          RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = \(Quoting.literal("the trigger \(trigger), which keeps the old shape of \(table) in step, is gone or was switched off")),
            HINT = \(Quoting.literal("Rows written meanwhile may lack their old value: ALTER TABLE \(table) ENABLE ALWAYS TRIGGER \(trigger); set \(quoted) in those rows, then roll back again; or retire the old shape."));
        END IF;
      END
      """
    return "DO \(Quoting.literal(body))"
  }

  // MARK: - Rows

  /// The rows whose new value the kept column does not hold.
  var unheld: GateQuery {
    get throws(RewriteError) {
      .noRow(
        of: table, as: table.rowAlias,
        where: "\(newColumn) IS NOT NULL AND (\(quoted) IS NULL OR "
          + "\(column.differ(newColumn, try forward(in: nil))))",
        name: "\(table.name).\(newColumn): new values that the old shape does not hold")
    }
  }

  /// The rows that have no value although the old shape demands one; `nil` where it does not.
  var missing: GateQuery? {
    guard column.legacy.notNull else { return nil }
    return .noRow(
      of: table, as: table.rowAlias, where: "\(quoted) IS NULL",
      name: "\(table.name).\(newColumn): every row has a value for the old NOT NULL column, "
        + "now \(name)")
  }
}
