internal import Postgres
internal import SchemaChange

/// What hangs on a column that is dropped, and on partitions alone.
extension KeptDrop {
  /// A check or a foreign key, which is made again once the column is back.
  struct Lifted {
    let node: TableFacts
    let facts: ConstraintFacts
    /// Its name until then.
    let own: String
  }

  /// An index, of a constraint too.
  struct KeptIndex {
    let node: TableFacts
    let facts: IndexFacts
    /// Its name until the column is back.
    let own: String
    /// Whether it would refuse what clients write who do not know the column: it goes, and is built again then.
    let binds: Bool
  }

  var lifted: [Lifted] {
    table.tree.flatMap { node in
      node.constraints.filter {
        [.check, .foreignKey].contains($0.kind) && owns($0.columns)
          && (node.oid == table.oid || !$0.inherited)
      }.map { (node, $0) }
    }.enumerated().map { Lifted(node: $1.0, facts: $1.1, own: name + "_c\($0)") }
  }

  var indexes: [KeptIndex] {
    table.tree.flatMap { node in
      node.indexes.filter { $0.parent == nil && owns($0.columns) }.map { (node, $0) }
    }.enumerated().map { number, hung in
      KeptIndex(
        node: hung.0, facts: hung.1, own: name + "_i\(number)",
        binds: Self.binds(hung.1, of: hung.0, drops: drops))
    }
  }

  /// Whether an index would refuse what clients write who do not know the columns that are dropped.
  static func binds(_ index: IndexFacts, of node: TableFacts, drops: [String: String]) -> Bool {
    let isExclusion = node.constraints.contains {
      $0.name == index.constraint && $0.kind == .exclusion
    }
    guard index.unique || isExclusion else { return false }
    guard !index.primary, let statement = try? IndexStatement(index.definition) else { return true }
    // Of a row that has none of the values no other is like it.
    return !index.columns.allSatisfy { drops[$0] != nil }
      || !index.columns.contains { name in
        guard let column = node.column(name), (try? statement.setsNullApart(name)) == true else {
          return false
        }
        return column.defaultExpression == nil && !column.notNull
          || !column.ownedSequences.isEmpty || column.identity != nil
      }
  }

  func schema(of index: KeptIndex) -> String? {
    index.node.oid == table.oid ? place.schema ?? index.facts.name.schema : index.facts.name.schema
  }

  func dropping(_ index: KeptIndex) -> String {
    if let constraint = index.facts.constraint {
      return statement(
        index.node, "DROP CONSTRAINT IF EXISTS \(Quoting.identifier(constraint))")
    }
    let name = QualifiedName(schema: schema(of: index), name: index.facts.name.name)
    return ifPart(index.node, "DROP INDEX IF EXISTS \(name)")
  }

  func renaming(_ index: KeptIndex) -> String {
    let name = QualifiedName(schema: schema(of: index), name: index.facts.name.name)
    return ifPart(
      index.node, "ALTER INDEX IF EXISTS \(name) RENAME TO \(Quoting.identifier(index.own))")
  }

  // MARK: - Again

  /// What the columns are called that it hangs on, after the swap.
  private var columnsThen: [String: String] {
    names.columns(of: table).merging(replaced[table.name] ?? [:]) { $1 }.merging(drops) { $1 }
  }

  private func then(_ node: TableFacts) -> TableFacts { node.oid == table.oid ? after : node }

  private func root(of node: TableFacts, in name: QualifiedName) -> QualifiedName? {
    node.oid == table.oid ? nil : name
  }

  func liftedAgain() throws(RewriteError) -> [Segment] {
    var segments: [Segment] = []
    for held in lifted {
      let carried = try CarriedConstraint(
        held.facts, of: then(held.node), shadows: columnsThen, replaced: replaced, names: names,
        name: held.own, root: held.node.oid == table.oid ? nil : after, isNew: true)
      segments += carried.looks.map { FirstLook(gate: $0).segment } + carried.segments
    }
    return segments
  }

  func indexesAgain() throws(RewriteError) -> [Segment] {
    var segments: [Segment] = []
    for index in indexes where index.binds {
      let carried = try CarriedIndex(
        index.facts, of: then(index.node), shadows: columnsThen, word: index.own,
        root: root(of: index.node, in: after.name), isNew: true)
      if let look = try duplicates(in: index) { segments.append(FirstLook(gate: look).segment) }
      segments += carried.build
    }
    return segments
  }

  /// The rows that the index would refuse; `nil` where it is made of more than columns.
  private func duplicates(in index: KeptIndex) throws(RewriteError) -> GateQuery? {
    let statement = try IndexStatement(index.facts.definition)
    guard let keys = try statement.plainKeys else { return nil }
    let node = then(index.node)
    var filled: [String] = []
    for key in keys where try statement.setsNullApart(key) {
      filled.append("\(Quoting.identifier(columnsThen[key] ?? key)) IS NOT NULL")
    }
    return .noDuplicates(
      of: node.name, keys: keys.map { ($0, columnsThen[$0] ?? $0) }, where: filled,
      name: "\(node.name): \(index.facts.name.name) has no duplicates")
  }

  /// Once everything has the name that it had: what was made again takes the names of what went.
  func settled() throws(RewriteError) -> [String] {
    var statements: [String] = []
    for held in lifted {
      statements += try CarriedConstraint(
        held.facts, of: held.node, shadows: [:], replaced: [:], name: held.own,
        root: held.node.oid == table.oid ? nil : table, isNew: true
      ).swap
    }
    for index in indexes where index.binds {
      let carried = try CarriedIndex(
        index.facts, of: index.node, shadows: [:], word: index.own,
        root: root(of: index.node, in: table.name), isNew: true)
      statements += carried.dress + carried.swap
      for node in index.node.tree {
        let own =
          node.oid == index.node.oid
          ? index.facts : node.indexes.first { $0.isPart(of: index.facts, in: table) }
        statements += (own?.besides(on: node) ?? []).map { ifThere(node, $0) }
      }
    }
    return statements
  }

  private func ifThere(_ node: TableFacts, _ statement: String) -> String {
    IfThere.run(
      statement,
      when: node.oid == table.oid ? [] : [CatalogueBlock.isPart(node.name, of: table.name)])
  }
}

extension IndexFacts {
  /// What it has beside its definition, on an index of its name.
  fileprivate func besides(on node: TableFacts) -> [String] {
    let own = Quoting.identifier(name.name)
    return [
      comment.map { "COMMENT ON INDEX \(name) IS \(Quoting.literal($0))" },
      clustered ? "ALTER TABLE \(node.name) CLUSTER ON \(own)" : nil,
      replicaIdentity ? "ALTER TABLE \(node.name) REPLICA IDENTITY USING INDEX \(own)" : nil,
    ].compactMap(\.self)
      + statisticsTargets.sorted { $0.key < $1.key }.map {
        "ALTER INDEX \(name) ALTER COLUMN \($0.key) SET STATISTICS \($0.value)"
      }
  }
}
