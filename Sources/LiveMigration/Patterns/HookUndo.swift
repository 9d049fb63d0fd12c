internal import Postgres
internal import SchemaChange

/// Takes a hook back wherever its table is by then.
///
/// In days a table may be renamed, moved to another schema, dropped; a way back that looks for its name would never
/// end. The trigger's name is the plan's alone: it says which table it is. Another role may give the same names to what
/// is its own, which is left alone: it would keep the plan from its end.
struct HookUndo: Sendable {
  let table: TableFacts
  /// The trigger, unquoted.
  let trigger: String
  /// The names of its functions, which no other plan gives.
  let functions: [String]
  /// A column that goes too.
  let column: String?

  /// The statements, which do nothing where there is nothing to take back.
  var statements: [String] {
    let parts = table.tree.dropFirst().map(\.name)
    guard let column, !parts.isEmpty else { return [statement] }
    return [statement, StrayColumn(name: column, parts: parts).statement]
  }

  /// The statement, which does nothing where there is nothing to take back.
  private var statement: String {
    let names = functions.map(Quoting.literal).joined(separator: ", ")
    let dropColumn = column.map { column in
      """
          EXECUTE format('ALTER TABLE %s DROP COLUMN IF EXISTS %I', found, \(Quoting.literal(column)));
      """
    }
    return CatalogueBlock.statement(
      declaring: ["found regclass", "item record", "called oid[]"],
      """
        SELECT tgrelid::regclass INTO found FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid
          WHERE tgname = \(Quoting.literal(trigger)) AND tgparentid = 0
            AND (tgrelid = \(table.oid) OR pg_has_role(c.relowner, 'USAGE'))
          ORDER BY tgrelid = \(table.oid) DESC LIMIT 1;
        IF found IS NULL THEN
          SELECT oid::regclass INTO found FROM pg_class WHERE oid = \(table.oid) AND relkind IN ('r', 'p');
        END IF;
        SELECT array_agg(tgfoid) INTO called FROM pg_trigger
          WHERE tgname = \(Quoting.literal(trigger)) AND tgrelid = found;
        IF found IS NOT NULL THEN
          EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', found);
          EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', \(Quoting.literal(trigger)), found);
        END IF;
        FOR item IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname = ANY (ARRAY[\(names)]::name[])
          AND (pg_has_role(proowner, 'USAGE') OR oid = ANY (called))
        LOOP
          EXECUTE format('DROP FUNCTION %s', item.name);
        END LOOP;
        IF found IS NOT NULL THEN
      \(dropColumn ?? "    NULL;")
        END IF;
      """)
  }
}
