internal import Postgres
internal import SchemaChange

/// A primary key or unique constraint of a partitioned table, over a replaced column.
///
/// No constraint of a partitioned table takes an index over. Each leaf gets its index without blocking clients; in the
/// swap the leaves' constraints take those over, and from below each parent's constraint takes over its partitions',
/// so that nothing is built under the lock (manual, section 5.11.2.2).
struct PartitionedKey {
  private let facts: IndexFacts
  private let table: TableFacts
  private let constraint: ConstraintFacts

  /// `nil` for an index that serves no constraint.
  init?(_ facts: IndexFacts, of table: TableFacts) {
    guard let name = facts.constraint,
      let constraint = table.constraints.first(where: { $0.name == name })
    else { return nil }
    self.facts = facts
    self.table = table
    self.constraint = constraint
  }

  /// The leaves' indexes, each with a gate.
  func build(
    shadows: [String: String], word: String, root: QualifiedName? = nil
  ) throws(RewriteError) -> ([Segment], [GateQuery]) {
    var segments: [Segment] = []
    var gates: [GateQuery] = []
    for leaf in table.leaves {
      let tree = try IndexTree(
        table: leaf, statement: facts.definition, columns: shadows,
        root: root ?? table.name,
        tablespace: { node in facts.tablespace(of: table, on: node) },
        name: { node in name(word, node) })
      segments += tree.build
      gates += tree.gates
    }
    return (segments, gates)
  }

  /// What the old keys have besides, while they are there.
  func dress(word: String) -> [String] {
    let leaves = table.leaves.compactMap { leaf -> String? in
      guard let old = leaf.indexes.first(where: { $0.isPart(of: facts, in: table) }) else {
        return nil
      }
      let own = QualifiedName(schema: leaf.name.schema, name: name(word, leaf))
      return IndexDress(pairs: [(old: old.name, own: own)]).statement
    }
    return memories(word: word).map(\.memory.remember) + leaves
  }

  /// In place of it where the old keys have gone before.
  func assumptions(word: String) -> [String] {
    memories(word: word).map { $0.memory.assuming($0.comment) }
  }

  private func memories(word: String) -> [(memory: ConstraintMemory, comment: String?)] {
    table.tree.compactMap { node in
      (node.oid == table.oid ? constraint : part(on: node)).map { old in
        (ConstraintMemory(own: name(word, node), old: old.name, table: node.name), old.comment)
      }
    }
  }

  /// Puts the constraints on, the leaves' first.
  ///
  /// - Parameter isPart: Whether the table at the top is a partition itself.
  func swap(word: String, isPart: Bool) -> [String] {
    table.tree.reversed().flatMap { node -> [String] in
      guard let old = node.oid == table.oid ? constraint : part(on: node) else { return [] }
      let kind = facts.primary ? "PRIMARY KEY" : "UNIQUE"
      let memory = ConstraintMemory(own: name(word, node), old: old.name, table: node.name)
      let isPartitioned = node.kind == .partitioned
      let definition =
        isPartitioned
        ? constraint.definition
        : "\(kind) USING INDEX \(Quoting.identifier(name(word, node)))"
      let index = QualifiedName(schema: node.name.schema, name: name(word, node))
      let isThere =
        isPartitioned ? memory.wasThere : "\(CatalogueBlock.relation(index)) IS NOT NULL"
      let isIn = node.oid == table.oid ? [] : [CatalogueBlock.isPart(node.name, of: table.name)]
      let add = IfThere.run(
        "ALTER TABLE \(node.name) ADD CONSTRAINT \(Quoting.identifier(old.name)) \(definition)",
        when: isIn + [isThere])
      return [add, memory.commentAgain(as: old.name)]
    }
  }

  private func name(_ word: String, _ node: TableFacts) -> String { "\(word)_\(node.oid)" }

  /// The constraint that a partition has of the parent's.
  private func part(on node: TableFacts) -> ConstraintFacts? {
    let index = node.indexes.first { $0.isPart(of: facts, in: table) }
    return node.constraints.first { $0.name == index?.constraint }
  }
}

extension ConstraintFacts {
  /// The comment, on a constraint that was made anew under the same name.
  func commentAgain(on table: TableFacts, isPart: Bool) -> [String] {
    commentAgain(
      on: table, when: isPart ? ["\(CatalogueBlock.relation(table.name)) IS NOT NULL"] : [])
  }

  func commentAgain(on table: TableFacts, when conditions: [String]) -> [String] {
    guard let comment else { return [] }
    let statement =
      "COMMENT ON CONSTRAINT \(Quoting.identifier(name)) ON \(table.name) IS "
      + Quoting.literal(comment)
    return [IfThere.run(statement, when: conditions)]
  }
}
