internal import Postgres
internal import SchemaChange

/// A primary key or unique constraint of a partitioned table, over a replaced column.
///
/// No constraint of a partitioned table takes an index over. Each leaf gets its index without blocking anybody; in the
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
    shadows: [String: String], word: String
  ) throws(RewriteError) -> ([Segment], [GateQuery]) {
    var segments: [Segment] = []
    var gates: [GateQuery] = []
    for leaf in table.leaves {
      let tree = try IndexTree(
        table: leaf, statement: facts.definition, columns: shadows, isPart: true,
        name: { node in name(word, node) })
      segments += tree.build
      gates += tree.gates
    }
    return (segments, gates)
  }

  /// Puts the constraints on, the leaves' first.
  ///
  /// - Parameter isPart: Whether the table at the top is a partition itself.
  func swap(word: String, isPart: Bool) -> [String] {
    table.tree.reversed().flatMap { node -> [String] in
      let isPart = isPart || node.oid != table.oid
      guard let old = node.oid == table.oid ? constraint : part(on: node) else { return [] }
      let kind = facts.primary ? "PRIMARY KEY" : "UNIQUE"
      let definition =
        node.kind == .partitioned
        ? constraint.definition
        : "\(kind) USING INDEX \(Quoting.identifier(name(word, node)))"
      let add =
        IfThere.alter(node.name, isPart: isPart)
        + " ADD CONSTRAINT \(Quoting.identifier(old.name)) \(definition)"
      return [add] + old.commentAgain(on: node, isPart: isPart)
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
    guard let comment else { return [] }
    let statement =
      "COMMENT ON CONSTRAINT \(Quoting.identifier(name)) ON \(table.name) IS "
      + Quoting.literal(comment)
    return [IfThere.run(statement, parts: isPart ? [table.name] : [])]
  }
}
