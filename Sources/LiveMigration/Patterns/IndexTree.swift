internal import Postgres
internal import SchemaChange

/// An index of a table and, where the table is partitioned, of every partition, built without blocking clients.
///
/// A partitioned table takes no `CONCURRENTLY`: each leaf's index is built that way, the parents' are made empty with
/// `ON ONLY`, and each is attached to its parent's; the last attachment makes the parent's valid (manual, section
/// 5.11.2.2).
struct IndexTree: Sendable {
  /// The name of the index at the top.
  let root: QualifiedName
  /// The indexes of partitions, with the partition that each is on.
  let parts: [(TableFacts, QualifiedName)]
  let build: [Segment]
  let gates: [GateQuery]

  /// - Parameters:
  ///   - statement: The `CREATE INDEX` for the table at the top.
  ///   - columns: Columns to be named otherwise.
  ///   - root: The table that the one at the top is a partition of, or itself where it is none any more; `nil` where it
  ///     has to be there.
  ///   - tablespace: The tablespace of its index on a table of the tree, where it is not the statement's own.
  ///   - name: The index's name on a table of the tree.
  init(
    table: TableFacts, statement: String, columns: [String: String],
    root: QualifiedName? = nil, tablespace: (TableFacts) -> String? = { _ in nil },
    name: (TableFacts) -> String
  ) throws(RewriteError) {
    let create = try IndexStatement(statement)
    var names: [UInt32: QualifiedName] = [:]
    for node in table.tree {
      names[node.oid] = QualifiedName(schema: node.name.schema, name: name(node))
    }
    let top = names[table.oid] ?? table.name
    self.root = top
    parts = table.tree.dropFirst().compactMap { node in names[node.oid].map { (node, $0) } }
    func owner(of node: TableFacts) -> QualifiedName? {
      root ?? (node.oid == table.oid ? nil : table.name)
    }
    var build: [Segment] = []
    // Leaves first: taken back the other way round, a parent's index goes before those that are attached to it.
    for node in table.tree.reversed() {
      guard let own = names[node.oid] else { continue }
      let isPartitioned = node.kind == .partitioned
      let sql = try create.sql(
        IndexStatement.Changes(
          concurrently: !isPartitioned, name: own.name, table: node.name, columns: columns,
          only: isPartitioned, ifNotExists: false, tablespace: tablespace(node)))
      let drop = "DROP INDEX \(isPartitioned ? "" : "CONCURRENTLY ")IF EXISTS \(own)"
      build.append(
        isPartitioned
          ? .transaction(
            "make the index \(own) of partitions",
            [
              IfThere.run(
                sql, when: owner(of: node).map { [CatalogueBlock.isPart(node.name, of: $0)] } ?? [])
            ],
            undo: [drop])
          : Segment(
            purpose: "build the index \(own)",
            work: .buildIndex(
              index: own, table: node.name, statement: PlannedStatement(sql), root: owner(of: node)),
            undo: [drop].planned))
    }
    for node in table.tree {
      guard let own = names[node.oid], node.kind == .partitioned else { continue }
      for partition in node.partitions {
        guard let index = names[partition.oid] else { continue }
        let attach = "ALTER INDEX \(own) ATTACH PARTITION \(index)"
        build.append(
          .transaction(
            "attach the index \(index)",
            [
              IfThere.run(
                attach, when: [CatalogueBlock.isPart(partition.name, of: node.name)])
            ]))
      }
    }
    self.build = build
    let count =
      "SELECT count(*) FROM pg_index WHERE indexrelid = pg_catalog.to_regclass("
      + Quoting.literal(top.quoted) + ")::oid AND indisvalid"
    let isWanted = root.map { root in
      root == table.name
        ? "\(CatalogueBlock.relation(root)) IS NOT NULL"
        : CatalogueBlock.isPart(table.name, of: root)
    }
    gates = [
      GateQuery(
        name: "\(top) is valid",
        query: isWanted.map { "SELECT CASE WHEN \($0) THEN (\(count)) ELSE 1 END" } ?? count,
        expected: 1)
    ]
  }
}
