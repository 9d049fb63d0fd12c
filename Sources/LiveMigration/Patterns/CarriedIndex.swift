internal import Postgres
internal import SchemaChange

/// An index that is built anew on a shadow and takes the old one's name, and its constraint's, in the swap.
struct CarriedIndex: Sendable {
  /// Built without blocking clients.
  let build: [Segment]
  /// Asks whether it can be used.
  let gates: [GateQuery]
  /// Statements of the swap while the old index is still there, if it is.
  let dress: [String]
  /// Statements of the swap once the columns have changed places.
  let swap: [String]
  /// Whether it refuses rows, which it does better late than early: an upsert that asks the old index alone would
  /// trip over it.
  let isUnique: Bool

  /// - Parameters:
  ///   - root: The table that it is a partition of, which may be gone; `nil` where it is none.
  ///   - isNew: Whether the old one has gone before, with its constraint.
  init(
    _ facts: IndexFacts, of table: TableFacts, shadows: [String: String], word: String,
    root: QualifiedName?, isNew: Bool = false
  ) throws(RewriteError) {
    let isPart = root != nil
    isUnique = facts.unique
    if table.kind == .partitioned, let key = PartitionedKey(facts, of: table) {
      (build, gates) = try key.build(shadows: shadows, word: word, root: root)
      dress = isNew ? key.assumptions(word: word) : key.dress(word: word)
      swap = key.swap(word: word, isPart: isPart)
      return
    }
    let tree = try IndexTree(
      table: table, statement: facts.definition, columns: shadows,
      root: root, tablespace: { node in facts.tablespace(of: table, on: node) },
      name: { node in node.oid == table.oid ? word : word + "_\(node.oid)" })
    build = tree.build
    gates = tree.gates
    var pairs = [(old: facts.name, own: tree.root)]
    for (node, own) in tree.parts {
      if let old = node.indexes.first(where: { $0.isPart(of: facts, in: table) }) {
        pairs.append((old: old.name, own: own))
      }
    }
    let memory = facts.constraint.map {
      ConstraintMemory(own: word, old: $0, table: table.name)
    }
    let comment = table.constraints.first { $0.name == facts.constraint }?.comment
    dress =
      isNew
      ? [memory?.assuming(comment)].compactMap(\.self)
      : [memory?.remember].compactMap(\.self) + [IndexDress(pairs: pairs).statement]
    swap = Self.names(facts, table, tree, isPart, memory)
  }

  /// The old names for the new indexes: those of the constraints, of the index, and of its parts in partitions.
  private static func names(
    _ facts: IndexFacts, _ table: TableFacts, _ tree: IndexTree, _ isPart: Bool,
    _ memory: ConstraintMemory?
  ) -> [String] {
    var statements: [String] = []
    let own = Quoting.identifier(tree.root.name)
    let isThere = "\(CatalogueBlock.relation(tree.root)) IS NOT NULL"
    if let memory {
      let kind = facts.primary ? "PRIMARY KEY" : "UNIQUE"
      statements.append(
        IfThere.run(
          IfThere.alter(table.name, isPart: isPart)
            + " ADD CONSTRAINT \(Quoting.identifier(memory.old)) \(kind) USING INDEX \(own)",
          when: [isThere]))
      statements.append(memory.commentAgain(as: memory.old))
    } else {
      statements.append(
        "ALTER INDEX IF EXISTS \(tree.root) RENAME TO \(Quoting.identifier(facts.name.name))")
    }
    for (node, index) in tree.parts {
      let old = node.indexes.first { $0.isPart(of: facts, in: table) }
      if let old {
        // A partition that was detached has its own index of that name still.
        statements.append(
          IfThere.run(
            "ALTER INDEX IF EXISTS \(index) RENAME TO \(Quoting.identifier(old.name.name))",
            when: [CatalogueBlock.isPart(node.name, of: table.name)]))
      }
    }
    return statements
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

  /// The tablespace of the index, or of its part in a partition; `nil` for the database's.
  func tablespace(of table: TableFacts, on node: TableFacts) -> String? {
    guard node.oid != table.oid else { return tablespace }
    return node.indexes.first { $0.isPart(of: self, in: table) }?.tablespace
  }
}
