internal import Postgres
internal import SchemaChange

/// What a swap makes sure of under its lock, before anything is dropped.
///
/// Days may lie between a plan and its swap. Who switches triggers off to load rows, or puts an index on the legacy
/// column, knows nothing of the plan: the swap would drop it, or lose values, without a word. Refused, it changes nothing.
struct SwapGuard: Sendable {
  let column: ReplacementColumn
  /// The trigger that keeps the columns in step, quoted.
  let trigger: String

  private var table: TableFacts { column.table }
  private var regclass: String { Quoting.literal(table.name.quoted) + "::pg_catalog.regclass" }
  /// The table and its partitions as they are now.
  private var nodes: String {
    "(SELECT \(regclass)::oid AS relid UNION SELECT relid FROM pg_catalog.pg_partition_tree(\(regclass)))"
  }

  /// The hook fires, whatever a session says, for the table and for each of its partitions.
  func hookStands() throws(RewriteError) -> String {
    let repair =
      "ALTER TABLE \(table.name) ENABLE ALWAYS TRIGGER \(trigger); "
      + "UPDATE \(table.name) SET \(Quoting.identifier(column.shadow)) = \(try column.converted()) "
      + "WHERE \(try column.outOfStep)"
    return raising(
      """
      SELECT string_agg(node.relid::regclass::text, ', ') FROM \(nodes) AS node
      WHERE NOT EXISTS (SELECT FROM pg_trigger
        WHERE tgrelid = node.relid AND tgenabled = 'A' AND quote_ident(tgname) = \(Quoting.literal(trigger)))
      """,
      message: "the trigger \(trigger), which keeps \(name) and its successor in step, "
        + "is gone or was switched off on ",
      hint: "Rows written meanwhile may lack their new value, or keep an old one. Correct them "
        + "(where clients write the new column themselves, those alone: it may rightly differ), "
        + "then finalize: \(repair)")
  }

  /// No row of the table is stored anywhere else: it would lose what the legacy column holds.
  var noRowStored: String {
    raising(
      "SELECT string_agg(DISTINCT used.holder, ', ') FROM (\(RowTypeUse.query(of: "SELECT relid FROM \(nodes) AS node"))) AS used",
      message: "rows of \(table.name) are stored since the plan was made, and would lose \(name): ",
      hint: "Drop that column, or give it another type, and finalize again; or revert the plan.")
  }

  /// No trigger of the application changes rows after the hook has seen them.
  var hookIsLast: String {
    raising(
      """
      SELECT string_agg(DISTINCT quote_ident(tgname) || ' on ' || tgrelid::regclass::text, ', ')
      FROM \(nodes) AS node JOIN pg_trigger ON tgrelid = node.relid
      WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgtype::int & 3 = 3 AND tgtype::int & 20 <> 0
        AND tgname::text COLLATE "C" > \(Quoting.literal(HookName.prefix))
        AND NOT starts_with(tgname::text, \(Quoting.literal(HookName.prefix)))
      """,
      message: "a trigger that was made since changes rows after the plan's own has seen them: ",
      hint:
        "What it gave to \(name) is not in the column that takes its place. Rename it so that it sorts before "
        + "\(HookName.prefix), put the rows in step (\(repair)), then finalize.")
  }

  /// Puts every row in step.
  private var repair: String {
    let outOfStep = (try? column.outOfStep) ?? "true"
    let value = (try? column.converted()) ?? "NULL"
    return
      "UPDATE \(table.name) SET \(Quoting.identifier(column.shadow)) = \(value) WHERE \(outOfStep)"
  }

  /// Nothing hangs on the legacy column but what hung there when the plan was made, all of which it carries over.
  ///
  /// A partition brings its own copies of what the table has; those do not count.
  var nothingNew: String {
    let known = "ARRAY[" + knownNames.map(Quoting.literal).joined(separator: ", ") + "]::text[]"
    let defaults =
      "ARRAY["
      + Set(table.tree.compactMap { $0.column(column.legacy.name)?.defaultExpression }).sorted()
      .map(Quoting.literal).joined(separator: ", ") + "]::text[]"
    let notNull =
      column.legacy.notNull
      ? ""
      : """

      UNION ALL SELECT 'NOT NULL' FROM pg_attribute
      WHERE attrelid = \(regclass) AND attname = \(Quoting.literal(column.legacy.name)) AND attnotnull
      """
    return raising(
      """
      SELECT string_agg(DISTINCT found.what, ', ') FROM (
        SELECT pg_describe_object(hung.classid, hung.objid, hung.objsubid) AS what
        FROM \(nodes) AS node
          JOIN pg_attribute AS legacy ON legacy.attrelid = node.relid
            AND legacy.attname = \(Quoting.literal(column.legacy.name)) AND NOT legacy.attisdropped
          JOIN pg_depend AS hung ON hung.refclassid = 'pg_class'::regclass
            AND hung.refobjid = node.relid AND hung.refobjsubid = legacy.attnum
          LEFT JOIN pg_class AS class ON hung.classid = 'pg_class'::regclass AND class.oid = hung.objid
          LEFT JOIN pg_constraint AS rule
            ON hung.classid = 'pg_constraint'::regclass AND rule.oid = hung.objid
          LEFT JOIN pg_statistic_ext AS statistics
            ON hung.classid = 'pg_statistic_ext'::regclass AND statistics.oid = hung.objid
          LEFT JOIN pg_publication_rel AS published
            ON hung.classid = 'pg_publication_rel'::regclass AND published.oid = hung.objid
          LEFT JOIN pg_publication AS publication ON publication.oid = published.prpubid
          LEFT JOIN pg_attrdef AS given ON hung.classid = 'pg_attrdef'::regclass AND given.oid = hung.objid
            AND given.adrelid = node.relid AND given.adnum = legacy.attnum
        WHERE CASE
          WHEN class.oid IS NOT NULL THEN NOT class.relispartition
          WHEN rule.oid IS NOT NULL THEN rule.contype <> 'n' AND rule.conparentid = 0
            AND (rule.conislocal OR rule.contype = 'f')
          WHEN given.oid IS NOT NULL THEN pg_get_expr(given.adbin, given.adrelid) <> ALL (\(defaults))
          ELSE true END
          AND coalesce(class.relname, rule.conname, statistics.stxname, publication.pubname, '')
            <> ALL (\(known))
          AND NOT starts_with(coalesce(class.relname::text, ''), \(Quoting.literal(column.ownPrefix)))\(notNull)
      ) AS found
      """,
      message: "\(name) has what the plan does not carry over: ",
      hint: "It would go with the old column. Drop it and make it again once the plan is complete, "
        + "or revert the plan.")
  }

  private var name: String { "\(table.name).\(Quoting.identifier(column.legacy.name))" }

  /// What hangs on the table's columns and is carried over, or goes, with the plan's knowledge.
  private var knownNames: [String] {
    let names = table.tree.flatMap { node -> [String] in
      let own = node.indexes.map(\.name.name) + node.constraints.map(\.name)
      let column = node.column(column.legacy.name)
      let sequences =
        (column?.ownedSequences.map(\.name) ?? [])
        + [column?.identitySequence?.name.name].compactMap(\.self)
      return own + sequences + node.inboundForeignKeys.map(\.name)
        + node.statistics.map(\.name.name) + node.publications.map(\.name)
    }
    return Set(names).sorted()
  }

  /// Raises an error with what a question names; definitions are read under the search path of the plan's facts.
  private func raising(_ question: String, message: String, hint: String) -> String {
    let body = """
      DECLARE
        found text;
        path text := current_setting('search_path');
      BEGIN
        PERFORM set_config('search_path', 'pg_catalog', true);
        \(question) INTO found;
        PERFORM set_config('search_path', path, true);
        IF found IS NOT NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = \(Quoting.literal(message)) || found, HINT = \(Quoting.literal(hint));
        END IF;
      END
      """
    return "DO \(Quoting.literal(body))"
  }
}
