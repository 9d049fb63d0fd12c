internal import Postgres
internal import SchemaChange

/// The pattern *replacement column* for one table: all columns that change their type, in a single pass.
///
/// An index or a constraint over two of them is rebuilt once, which is why the table is the unit.
struct TableReplacement: Sendable {
  let context: PlanningContext
  let table: TableFacts
  let columns: [ReplacementColumn]
  /// From replaced columns' names to their shadows', for every table of the plan.
  let replaced: [QualifiedName: [String: String]]
  /// What other columns of the table are called meanwhile, where that differs.
  var otherNames: [String: String] = [:]
  /// What all tables and columns are called meanwhile; `nil` where that is what the plan's facts say.
  var presentNames: FollowedNames?
  /// What ends the names of its own objects, to tell a way and the way back apart.
  var side = ""

  /// From a replaced column's name to its shadow's.
  var shadows: [String: String] {
    Dictionary(uniqueKeysWithValues: columns.map { ($0.legacy.name, $0.shadow) })
  }

  func touches(_ names: [String]) -> Bool { names.contains { shadows[$0] != nil } }

  /// Whether a sequence belongs to one of the columns, or a statistics object to the table.
  func owns(_ name: QualifiedName) -> Bool {
    columns.contains {
      $0.legacy.identitySequence?.name == name || $0.legacy.ownedSequences.contains(name)
    }
  }

  /// What is made anew over the columns' successors.
  struct Carried: Sendable {
    var indexes: [CarriedIndex]
    var constraints: [CarriedConstraint]
    var keys: [CarriedInboundKey]
  }

  func carried() throws(RewriteError) -> Carried {
    Carried(
      indexes: try carriedIndexes(), constraints: try carriedConstraints(),
      keys: try carriedKeys())
  }

  func contribution() throws(RewriteError) -> PhaseContribution {
    var result = PhaseContribution()
    var conditions: [String] = []
    for column in columns {
      result.hooks.append(try column.hook())
      conditions.append("(\(try column.outOfStep))")
      result.gates += try column.gates
    }
    result.backfills = [
      TableBackfill(
        table: table.name, assignments: columns.map(\.backfill),
        condition: conditions.joined(separator: " OR "))
    ]
    let carried = try carried()
    let (indexes, constraints, keys) = (carried.indexes, carried.constraints, carried.keys)
    result.gates += try distinctness
    for index in indexes {
      if index.isUnique {
        result.lateBuild += index.build
      } else {
        result.build += index.build
        result.gates += index.gates
      }
    }
    for constraint in constraints {
      result.finalize += constraint.segments
      if let gate = constraint.gate { result.gates.append(gate) }
    }
    result.finalize += keys.flatMap(\.segments)
    result.finalize += notNullSegments
    result.finalize += strays
    result.locks = Set([table.name] + inboundKeys.map(\.table))
    result.detach = constraints.flatMap(\.detach) + keys.flatMap(\.detach)
    result.cleanup = try swap(indexes: indexes, constraints: constraints)
    result.cleanup += keys.flatMap(\.swap)
    return result
  }

  /// Foreign keys of other tables onto replaced columns; one whose own columns are replaced goes with its table.
  var inboundKeys: [ForeignKeyFacts] {
    table.inboundForeignKeys.filter { key in
      touches(key.referencedColumns)
        && !key.columns.contains { replaced[key.table]?[$0] != nil }
    }
  }

  func carriedKeys() throws(RewriteError) -> [CarriedInboundKey] {
    var carried: [CarriedInboundKey] = []
    for key in inboundKeys {
      carried.append(
        try CarriedInboundKey(
          key, onto: table, shadows: shadows.merging(otherNames) { first, _ in first },
          names: presentNames,
          name: context.ownName(ownWord("k\(carried.count)"))))
    }
    return carried
  }

  // MARK: - The swap

  private func swap(
    indexes: [CarriedIndex], constraints: [CarriedConstraint]
  ) throws(RewriteError) -> [String] {
    try closing()
      + takeOver(indexes, constraints, exchange: swaps.flatMap { $0.exchange() })
  }

  /// Makes sure that every value is there, and ends the columns' own triggers.
  func closing() throws(RewriteError) -> [String] {
    var statements = try columns.map { column throws(RewriteError) in
      try column.swapGuard.hookStands()
    }
    statements += columns.flatMap { [$0.swapGuard.hookIsLast, $0.swapGuard.noRowStored] }
    statements += columns.flatMap(\.hookRemoval) + columns.flatMap(\.leaveDefault)
    return statements + columns.map(\.swapGuard.nothingNew)
  }

  /// Puts what hangs on the columns on their successors, and exchanges both.
  ///
  /// - Parameter setFree: Statements that free the names of what stays on columns that are kept.
  func takeOver(
    _ indexes: [CarriedIndex], _ constraints: [CarriedConstraint], setFree: [String] = [],
    exchange: [String]
  ) -> [String] {
    let statistics = carriedStatistics()
    var statements = statistics.map(\.remember)
    statements += swaps.flatMap(\.dress)
    statements += constraints.flatMap(\.dress)
    statements += indexes.flatMap(\.dress)
    if table.publications.contains(where: { touches($0.columns ?? []) }) {
      statements.append(PublicationDress.statement(for: table.name, shadows: shadows))
    }
    statements += setFree + exchange
    statements += constraints.flatMap(\.swap)
    statements += indexes.flatMap(\.swap)
    statements += statistics.map(\.again)
    return statements
  }

  var swaps: [ColumnSwap] {
    columns.map {
      ColumnSwap(
        column: $0, check: notNullName($0), serverVersion: context.facts.serverVersion)
    }
  }

  /// Takes the plan's columns off partitions that somebody has detached since: they would keep them.
  private var strays: [Segment] {
    let parts = table.tree.dropFirst().map(\.name)
    guard !parts.isEmpty else { return [] }
    return [
      .transaction(
        "take the new columns off partitions that were detached",
        columns.map { StrayColumn(name: $0.shadow, parts: parts).statement })
    ]
  }

  // MARK: - NOT NULL

  func notNullName(_ column: ReplacementColumn) -> String { column.ownName + "_nn" }

  /// A valid check spares `SET NOT NULL` its scan (manual, ALTER TABLE, SET NOT NULL).
  private var notNullSegments: [Segment] {
    columns.filter(\.after.notNull).flatMap { column -> [Segment] in
      let name = Quoting.identifier(notNullName(column))
      let shadow = Quoting.identifier(column.shadow)
      let drop = "ALTER TABLE IF EXISTS \(table.name) DROP CONSTRAINT IF EXISTS \(name)"
      return [
        .transaction(
          "hold new rows of \(table.name) to \(column.legacy.name) NOT NULL",
          [
            IfThere.run(
              "ALTER TABLE \(table.name) ADD CONSTRAINT \(name) CHECK (\(shadow) IS NOT NULL) NOT VALID",
              when: column.legacy.notNull
                ? [CatalogueBlock.isNotNull(column.legacy.name, of: table.name)] : [])
          ],
          undo: [drop]),
        .transaction(
          "check \(column.legacy.name) NOT NULL in all rows",
          [
            IfThere.run(
              "ALTER TABLE \(table.name) VALIDATE CONSTRAINT \(name)",
              when: [CatalogueBlock.hasConstraint(notNullName(column), on: table.name)])
          ]),
      ]
    }
  }

  // MARK: - Constraints

  /// Checks and foreign keys over replaced columns, of the table and of single partitions.
  func carriedConstraints() throws(RewriteError) -> [CarriedConstraint] {
    var carried: [CarriedConstraint] = []
    for node in table.tree {
      for constraint in node.constraints where !constraint.inherited && touches(constraint.columns)
      {
        guard constraint.kind == .check || constraint.kind == .foreignKey else { continue }
        carried.append(
          try CarriedConstraint(
            constraint, of: node, shadows: shadows.merging(otherNames) { first, _ in first },
            replaced: replaced, names: presentNames,
            name: context.ownName(ownWord("c\(carried.count)")),
            root: node.oid == table.oid ? nil : table))
      }
    }
    return carried
  }

  /// The table that a partition belongs to; `nil` for the table itself.
  func root(of node: TableFacts) -> QualifiedName? { node.oid == table.oid ? nil : table.name }

  // MARK: - Indexes

  /// The indexes over the columns, of the table and of single partitions.
  var ownIndexes: [(node: TableFacts, index: IndexFacts)] {
    table.tree.flatMap { node in
      node.indexes.filter { $0.parent == nil && touches($0.columns) }.map { (node, $0) }
    }
  }

  func carriedIndexes() throws(RewriteError) -> [CarriedIndex] {
    var carried: [CarriedIndex] = []
    for (node, index) in ownIndexes {
      carried.append(
        try CarriedIndex(
          index, of: node, shadows: shadows.merging(otherNames) { first, _ in first },
          word: context.ownName(ownWord("i\(carried.count)")), root: root(of: node)))
    }
    return carried
  }

  /// A word that keeps the objects of two replaced tables in one plan apart.
  func ownWord(_ word: String) -> String { "\(table.oid)_\(word)\(side)" }

  // MARK: - Extended statistics

  private func carriedStatistics() -> [StatisticsDress] {
    let names = table.tree.flatMap { node in
      node.statistics.filter { touches($0.columns) }.map(\.name)
    }
    return names.enumerated().map { number, name in
      StatisticsDress(name: name, own: context.ownName(ownWord("s\(number)")))
    }
  }
}
