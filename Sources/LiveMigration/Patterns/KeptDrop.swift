internal import Postgres
internal import SchemaChange

/// A column that the migration drops, which stays after the swap under a name of the plan's own, with its values.
///
/// It binds no client of the new shape, which does not know it: its checks and foreign keys go until it is back.
struct KeptDrop: Sendable {
  let table: TableFacts
  let column: ColumnFacts
  /// Its name after the swap.
  let name: String
  /// What the table is called where the migration drops the column.
  let place: QualifiedName
  /// What the column is called there.
  let current: String
  /// The table after the swap.
  let after: TableFacts
  /// From the names of the table's columns to those after the swap, where these differ.
  let names: [String: String]

  private var quoted: String { Quoting.identifier(name) }
  private var alter: String { "ALTER TABLE \(place)" }

  /// Whether a client of the new shape, which does not know it, may leave it empty.
  private var isRelaxed: Bool { column.notNull && column.mustBeGiven }
  private var check: String { name + "_nn" }

  /// The indexes over it, with names of the plan's own; those of constraints among them.
  private var indexes: [(QualifiedName, String)] {
    table.indexes.filter { $0.columns.contains(column.name) }.enumerated().map {
      ($1.name, name + "_i\($0)")
    }
  }

  /// The constraints that are made again once it is back, with names of the plan's own.
  private var lifted: [(ConstraintFacts, String)] {
    table.constraints.filter {
      [.check, .foreignKey].contains($0.kind) && $0.columns.contains(column.name)
    }.enumerated().map { ($1, name + "_c\($0)") }
  }

  /// In place of the statement that drops it.
  var keep: [String] {
    lifted.map { "\(alter) DROP CONSTRAINT IF EXISTS \(Quoting.identifier($0.0.name))" }
      + indexes.map { "ALTER INDEX IF EXISTS \($0) RENAME TO \(Quoting.identifier($1))" }
      + ["\(alter) RENAME COLUMN \(Quoting.identifier(current)) TO \(quoted)"]
      + (isRelaxed ? ["\(alter) ALTER COLUMN \(quoted) DROP NOT NULL"] : [])
  }

  /// Before it is there again: what it demands is checked while clients go on.
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
    for (constraint, own) in lifted {
      let carried = try CarriedConstraint(
        constraint, of: after, shadows: names.merging([column.name: name]) { $1 }, replaced: [:],
        name: own, isNew: true)
      if let gate = carried.gate { segments.append(FirstLook(gate: gate).segment) }
      segments += carried.segments
    }
    return segments
  }

  /// Makes it what it was.
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
    return ["\(alter) RENAME COLUMN \(quoted) TO \(column)"] + holds
      + indexes.map { index, own in
        let kept = QualifiedName(schema: place.schema ?? index.schema, name: own)
        return "ALTER INDEX IF EXISTS \(kept) RENAME TO \(Quoting.identifier(index.name))"
      }
      + lifted.flatMap { constraint, own in
        let name = Quoting.identifier(constraint.name)
        return ["\(alter) RENAME CONSTRAINT \(Quoting.identifier(own)) TO \(name)"]
          + (constraint.comment.map {
            ["COMMENT ON CONSTRAINT \(name) ON \(place) IS \(Quoting.literal($0))"]
          } ?? [])
      }
  }

  /// Drops it for good, wherever its table is by then, and partitions that were detached meanwhile.
  var retirement: [String] {
    [
      CatalogueBlock.statement(
        declaring: ["item record"],
        """
          FOR item IN SELECT c.oid::regclass AS relation FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
            WHERE attname = \(Quoting.literal(name)) AND NOT attisdropped AND attinhcount = 0
              AND c.relkind IN ('r', 'p') AND (c.oid = \(table.oid) OR pg_has_role(c.relowner, 'USAGE'))
          LOOP
            EXECUTE format('ALTER TABLE %s DROP COLUMN %I', item.relation, \(Quoting.literal(name)));
          END LOOP;
        """)
    ]
  }
}

extension KeptDrop {
  /// Why a column cannot be kept; `nil` where it can.
  ///
  /// - Parameters:
  ///   - changed: Other columns that the plan drops, or whose type it changes.
  ///   - isRenamed: Whether it gives a table another name, by which a key would not be made again.
  static func obstacle(
    _ column: ColumnFacts, of table: TableFacts, besides changed: Set<String>, isRenamed: Bool
  ) -> String? {
    let name = "\(table.name).\(Quoting.identifier(column.name)), which is dropped"
    if column.isGenerated { return "\(name), is generated" }
    if column.typeRefusesNull, column.mustBeGiven { return "the type of \(name), takes no NULL" }
    if table.inboundForeignKeys.contains(where: { $0.referencedColumns.contains(column.name) }) {
      return "a foreign key references \(name)"
    }
    for part in table.tree.dropFirst() {
      let isOwn =
        part.indexes.contains { $0.parent == nil && $0.columns.contains(column.name) }
        || part.constraints.contains {
          !$0.inherited && $0.kind != .notNull && $0.columns.contains(column.name)
        }
      if isOwn {
        return "the partition \(part.name) has an index or a constraint of its own over \(name)"
      }
    }
    for constraint in table.constraints where constraint.columns.contains(column.name) {
      switch constraint.kind {
      case .primaryKey, .exclusion, .trigger:
        return "the \(constraint.kind == .primaryKey ? "primary key" : "constraint") "
          + "\(Quoting.identifier(constraint.name)) is over \(name)"
      case .foreignKey where table.kind == .partitioned || isRenamed:
        return
          "a foreign key of \(isRenamed ? "a table that is renamed" : "a partitioned table") is over \(name)"
      case .foreignKey, .check:
        guard !changed.isDisjoint(with: constraint.columns) else { continue }
        return
          "\(Quoting.identifier(constraint.name)) is over \(name), and over another that changes"
      case .unique, .notNull: continue
      }
    }
    for index in table.indexes where index.unique && index.columns.contains(column.name) {
      guard (try? IndexStatement(index.definition).setsNullApart(column.name)) == true,
        column.defaultExpression == nil || !column.ownedSequences.isEmpty
      else { return "the unique index \(index.name) would bind what is written without \(name)" }
    }
    return nil
  }
}
