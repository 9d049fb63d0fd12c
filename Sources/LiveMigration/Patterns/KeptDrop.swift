internal import Postgres
internal import SchemaChange

/// A column that the migration drops, which stays after the swap under a name of the plan's own, with its values.
///
/// It binds no client of the new shape, which does not know it: what would, goes until it is back.
struct KeptDrop: Sendable {
  let table: TableFacts
  let column: ColumnFacts
  /// The table's columns that the migration drops, with what each is called after the swap.
  let drops: [String: String]
  /// What the table is called where the migration drops the column.
  let place: QualifiedName
  /// What the column is called there.
  let current: String
  /// The table after the swap.
  let after: TableFacts
  /// What tables and columns are called then.
  let names: FollowedNames
  /// From the columns that the plan replaces to those that were kept, by table.
  let replaced: [QualifiedName: [String: String]]

  /// Its name after the swap.
  var name: String { drops[column.name] ?? column.name }

  private var quoted: String { Quoting.identifier(name) }
  private var alter: String { "ALTER TABLE \(place)" }

  /// Whether a client of the new shape, which does not know it, may leave it empty.
  private var isRelaxed: Bool { column.notNull && column.mustBeGiven }
  private var check: String { name + "_nn" }

  /// What is over several columns that are dropped goes with the first of them.
  func owns(_ columns: [String]) -> Bool {
    columns.first { drops[$0] != nil } == column.name
  }

  /// In place of the statement that drops it.
  var keep: [String] {
    lifted.map { held in
      statement(held.node, "DROP CONSTRAINT IF EXISTS \(Quoting.identifier(held.facts.name))")
    }
      + indexes.map { $0.binds ? dropping($0) : renaming($0) }
      + ["\(alter) RENAME COLUMN \(Quoting.identifier(current)) TO \(quoted)"]
      + (isRelaxed ? ["\(alter) ALTER COLUMN \(quoted) DROP NOT NULL"] : [])
  }

  /// Before it is there again: what it demands is built, and checked, while clients go on.
  func preparation() throws(RewriteError) -> [Segment] {
    var segments: [Segment] = []
    if isRelaxed {
      let gate = GateQuery.noRow(
        of: after, as: after.rowAlias, where: "\(quoted) IS NULL",
        name: "\(after.name): every row has a value for the old NOT NULL column "
          + "\(column.name), now \(name)")
      let (alter, check) = ("ALTER TABLE \(after.name)", Quoting.identifier(check))
      segments += [
        FirstLook(gate: gate).segment,
        .transaction(
          "hold new rows of \(after.name) to NOT NULL",
          ["\(alter) ADD CONSTRAINT \(check) CHECK (\(quoted) IS NOT NULL) NOT VALID"]),
        .transaction(
          "check NOT NULL in all rows of \(after.name)", ["\(alter) VALIDATE CONSTRAINT \(check)"]),
      ]
    }
    return try segments + liftedAgain() + indexesAgain()
  }

  /// Makes it what it was, where the migration drops it.
  var back: [String] {
    let column = Quoting.identifier(current)
    // Since version 18 of the server it is a constraint, which had a name.
    let named = table.constraints.first {
      $0.kind == .notNull && $0.columns == [self.column.name]
    }
    let hold =
      named.map { "ADD CONSTRAINT \(Quoting.identifier($0.name)) NOT NULL \(column)" }
      ?? "ALTER COLUMN \(column) SET NOT NULL"
    let holds =
      isRelaxed
      ? ["\(alter) \(hold)", "\(alter) DROP CONSTRAINT \(Quoting.identifier(check))"] : []
    return ["\(alter) RENAME COLUMN \(quoted) TO \(column)"] + strays + holds
      + indexes.filter { !$0.binds }.map { index in
        let kept = QualifiedName(schema: schema(of: index), name: index.own)
        return
          "ALTER INDEX IF EXISTS \(kept) RENAME TO \(Quoting.identifier(index.facts.name.name))"
      }
  }

  /// Drops it for good, wherever its table is by then.
  var retirement: [String] { [StrayColumn.everywhere(name, table: table.oid)] }

  /// A partition that was detached meanwhile gets the column back too, with its values.
  private var strays: [String] {
    let parts = table.tree.dropFirst().map { Quoting.literal($0.name.quoted) }
    guard !parts.isEmpty else { return [] }
    return [
      CatalogueBlock.statement(
        declaring: ["item record"],
        """
          FOR item IN SELECT to_regclass(part) AS name
            FROM unnest(ARRAY[\(parts.joined(separator: ", "))]::text[]) AS part
            WHERE EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(part)
                AND attname = \(Quoting.literal(name)) AND NOT attisdropped)
              AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(part))
          LOOP
            EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', item.name, \(Quoting.literal(name)),
              \(Quoting.literal(column.name)));
          END LOOP;
        """)
    ]
  }

  // MARK: - Statements about one table of the tree

  func statement(_ node: TableFacts, _ change: String) -> String {
    ifPart(node, "ALTER TABLE \(node.oid == table.oid ? place : node.name) \(change)")
  }

  /// A partition that was detached keeps what it has.
  func ifPart(_ node: TableFacts, _ statement: String) -> String {
    IfThere.run(
      statement, when: node.oid == table.oid ? [] : [CatalogueBlock.isPart(node.name, of: place)])
  }
}
