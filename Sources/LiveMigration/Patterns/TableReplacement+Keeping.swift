internal import Postgres
internal import SchemaChange

/// A replacement that can be taken back after its swap: the way back is a replacement too, from the new columns to
/// those that were kept.
extension TableReplacement {
  /// The columns that are kept, by names that the table and its columns have after the swap.
  ///
  /// - Throws: `KeepingObstacle` where one cannot be.
  func keptColumns(_ names: FollowedNames) throws -> [KeptColumn] {
    try columns.map { column in
      if let obstacle = KeptColumn.obstacle(to: column) { throw KeepingObstacle(obstacle) }
      switch column.takenBack {
      case .success(let way):
        return KeptColumn(
          column: column, way: way, table: table.renamed(by: names),
          current: names.name(of: column.legacy.name, in: table))
      case .failure(let reason):
        throw KeepingObstacle(
          "\(table.name).\(Quoting.identifier(column.legacy.name)) has no way back, for \(reason.reason)"
        )
      case nil:
        throw KeepingObstacle("no server said how its values are turned back")
      }
    }
  }

  /// The way back.
  ///
  /// - Parameters:
  ///   - replaced: From the replaced columns to the kept ones, for every table of the plan.
  ///   - names: What the table and its columns are called when it is prepared; as they were when it swaps.
  func reversed(
    _ kept: [KeptColumn], replaced: [QualifiedName: [String: String]],
    names: FollowedNames? = nil
  ) -> TableReplacement {
    var table = table
    for index in table.columns.indices {
      guard let column = columns.first(where: { $0.legacy.name == table.columns[index].name })
      else { continue }
      table.columns[index] = column.asLegacy
    }
    let otherNames = names?.columns(of: table) ?? [:]
    if let names { table.name = names.name(of: table) }
    var result = TableReplacement(
      context: context, table: table, columns: kept.map { $0.reversed(in: table) },
      replaced: replaced)
    result.otherNames = otherNames
    result.presentNames = names
    result.side = "b"
    return result
  }

  /// Frees the names of what hangs on columns that are about to be kept, so that it binds no client any more.
  ///
  /// - Parameter other: The replacement whose own names the indexes get.
  func settingFree(for other: TableReplacement) -> [String] {
    let constraints = table.tree.flatMap { node in
      node.constraints.filter {
        !$0.inherited && touches($0.columns) && [.check, .foreignKey].contains($0.kind)
      }.map { ifPart(node, "ALTER TABLE \(node.name)", drops: $0.name) }
    }
    return constraints
      + zip(ownIndexes, other.indexWords).flatMap { owned, word in
        settingFree(owned.index, of: owned.node, as: word)
      }
  }

  /// A constraint's index goes with it: another stands in for it.
  private func settingFree(_ index: IndexFacts, of node: TableFacts, as word: String) -> [String] {
    if let constraint = index.constraint {
      return [ifPart(node, "ALTER TABLE \(node.name)", drops: constraint)]
    }
    return node.tree.compactMap { part in
      let own = part.oid == node.oid ? index : part.indexes.first { $0.isPart(of: index, in: node) }
      guard let own else { return nil }
      let name = part.oid == node.oid ? word : "\(word)_\(part.oid)"
      return ifPart(part, "ALTER INDEX IF EXISTS \(own.name) RENAME TO \(Quoting.identifier(name))")
    }
  }

  private func ifPart(_ node: TableFacts, _ alter: String, drops constraint: String) -> String {
    ifPart(node, "\(alter) DROP CONSTRAINT IF EXISTS \(Quoting.identifier(constraint))")
  }

  /// A partition that was detached keeps what it has.
  private func ifPart(_ node: TableFacts, _ statement: String) -> String {
    IfThere.run(
      statement,
      when: node.oid == table.oid ? [] : [CatalogueBlock.isPart(node.name, of: table.name)])
  }

  /// What the plan's own indexes are called that take the places of those over the columns.
  private var indexWords: [String] {
    ownIndexes.indices.map { context.ownName(ownWord("i\($0)")) }
  }

  /// Indexes that stand in for those of the columns' constraints, which go in the swap: back again, the constraints
  /// take them over, and nothing has to be built.
  func standIns(for other: TableReplacement) throws(RewriteError) -> [Segment] {
    var segments: [Segment] = []
    for (owned, word) in zip(ownIndexes, other.indexWords) where owned.index.constraint != nil {
      let (node, index) = owned
      if node.kind == .partitioned, let key = PartitionedKey(index, of: node) {
        segments += try key.build(shadows: otherNames, word: word, root: root(of: node)).0
      } else {
        segments += try IndexTree(
          table: node, statement: index.definition, columns: otherNames,
          root: root(of: node), tablespace: { _ in index.tablespace }, name: { _ in word }
        ).build
      }
    }
    return segments
  }

  /// What must be true, and be built, before it swaps back.
  func preparation(_ kept: [KeptColumn]) throws(RewriteError) -> [Segment] {
    var segments = kept.compactMap(\.missing).map { FirstLook(gate: $0).segment }
    let constraints = try carriedConstraints()
    segments += constraints.flatMap(\.looks).map { FirstLook(gate: $0).segment }
    // Those of a partitioned table have all stayed, and a partition that was detached needs none.
    if table.partitions.isEmpty { segments += try carriedIndexes().flatMap(\.build) }
    segments += constraints.flatMap(\.segments)
    segments += try carriedKeys().flatMap(\.segments)
    for column in columns where column.after.notNull {
      let alter = "ALTER TABLE \(table.name)"
      let name = Quoting.identifier(notNullName(column))
      let shadow = Quoting.identifier(column.shadow)
      segments += [
        .transaction(
          "hold new rows of \(table.name) to NOT NULL",
          ["\(alter) ADD CONSTRAINT \(name) CHECK (\(shadow) IS NOT NULL) NOT VALID"],
          undo: ["\(alter) DROP CONSTRAINT IF EXISTS \(name)"]),
        .transaction(
          "check NOT NULL in all rows of \(table.name)",
          ["\(alter) VALIDATE CONSTRAINT \(name)"]),
      ]
    }
    return segments
  }
}

/// Why a plan cannot keep the old shape.
struct KeepingObstacle: Error {
  /// The reason, in a sentence.
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

extension ReplacementColumn {
  /// The column that took the legacy's place, as a legacy itself.
  fileprivate var asLegacy: ColumnFacts {
    var facts = after
    facts.name = legacy.name
    facts.identity = after.identity ?? legacy.identity
    facts.identitySequence = legacy.identitySequence
    facts.ownedSequences = legacy.ownedSequences
    return facts
  }
}

extension KeptColumn {
  /// From the new column to the kept one.
  fileprivate func reversed(in table: TableFacts) -> ReplacementColumn {
    let source = try? SQLExpression.renamingColumns(
      way.expression, [way.column: column.legacy.name])
    return ReplacementColumn(
      table: table, legacy: column.asLegacy, after: column.legacy, shadow: name,
      source: source ?? way.expression, conversion: column.conversion, codec: nil,
      ownName: column.ownName + "_back")
  }
}
