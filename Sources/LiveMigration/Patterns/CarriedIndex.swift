internal import Postgres
internal import SchemaChange

/// An index that is built anew on a shadow and takes the old one's name, and its constraint's, in the swap.
struct CarriedIndex: Sendable {
  /// Built without blocking anybody.
  let build: [Segment]
  /// Asks whether it can be used.
  let gates: [GateQuery]
  /// Statements of the swap.
  let swap: [String]

  /// - Parameter isPart: Whether the table is a partition, which may be gone.
  init(
    _ facts: IndexFacts, of table: TableFacts, shadows: [String: String], word: String,
    isPart: Bool
  ) throws(RewriteError) {
    let properties = Self.properties(facts, table, isPart)
    if table.kind == .partitioned, let key = PartitionedKey(facts, of: table) {
      (build, gates) = try key.build(shadows: shadows, word: word)
      swap = key.swap(word: word, isPart: isPart) + properties
      return
    }
    let tree = try IndexTree(
      table: table, statement: facts.definition, columns: shadows,
      isPart: isPart, name: { node in node.oid == table.oid ? word : word + "_\(node.oid)" })
    build = tree.build
    gates = tree.gates
    swap = Self.names(facts, table, tree, isPart) + properties
  }

  /// The old names for the new indexes: those of the constraints, of the index, and of its parts in partitions.
  private static func names(
    _ facts: IndexFacts, _ table: TableFacts, _ tree: IndexTree, _ isPart: Bool
  ) -> [String] {
    var statements: [String] = []
    let own = Quoting.identifier(tree.root.name)
    if let name = facts.constraint,
      let constraint = table.constraints.first(where: { $0.name == name })
    {
      let kind = facts.primary ? "PRIMARY KEY" : "UNIQUE"
      statements.append(
        IfThere.alter(table.name, isPart: isPart)
          + " ADD CONSTRAINT \(Quoting.identifier(name)) \(kind) USING INDEX \(own)")
      statements += constraint.commentAgain(on: table, isPart: isPart)
    } else {
      let alter = "ALTER INDEX \(isPart ? "IF EXISTS " : "")\(tree.root)"
      statements.append("\(alter) RENAME TO \(Quoting.identifier(facts.name.name))")
    }
    for (node, index) in tree.parts {
      let old = node.indexes.first { $0.isPart(of: facts, in: table) }
      if let old {
        statements.append(
          "ALTER INDEX IF EXISTS \(index) RENAME TO \(Quoting.identifier(old.name.name))")
      }
    }
    return statements
  }

  private static func properties(
    _ facts: IndexFacts, _ table: TableFacts, _ isPart: Bool
  ) -> [String] {
    let name = Quoting.identifier(facts.name.name)
    var statements: [String] = []
    if let comment = facts.comment {
      statements.append("COMMENT ON INDEX \(facts.name) IS \(Quoting.literal(comment))")
    }
    for (number, target) in facts.statisticsTargets.sorted(by: { $0.key < $1.key }) {
      statements.append("ALTER INDEX \(facts.name) ALTER COLUMN \(number) SET STATISTICS \(target)")
    }
    if facts.clustered { statements.append("ALTER TABLE \(table.name) CLUSTER ON \(name)") }
    if facts.replicaIdentity {
      statements.append("ALTER TABLE \(table.name) REPLICA IDENTITY USING INDEX \(name)")
    }
    return isPart ? statements.map { IfThere.run($0, parts: [table.name]) } : statements
  }
}

extension IndexFacts {
  /// Whether it is attached, directly or through others, to an index of the table at the top.
  func isPart(of root: IndexFacts, in table: TableFacts) -> Bool {
    var parent = parent
    while let name = parent {
      if name == root.name { return true }
      parent = table.tree.flatMap(\.indexes).first { $0.name == name }?.parent
    }
    return false
  }
}
