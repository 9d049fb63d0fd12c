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
  ///   - isPart: Whether the table at the top is a partition, which may be gone.
  ///   - tablespace: The tablespace of its index on a table of the tree, where it is not the statement's own.
  ///   - name: The index's name on a table of the tree.
  init(
    table: TableFacts, statement: String, columns: [String: String],
    isPart: Bool = false, tablespace: (TableFacts) -> String? = { _ in nil },
    name: (TableFacts) -> String
  ) throws(RewriteError) {
    let create = try IndexStatement(statement)
    var names: [UInt32: QualifiedName] = [:]
    for node in table.tree {
      names[node.oid] = QualifiedName(schema: node.name.schema, name: name(node))
    }
    let top = names[table.oid] ?? table.name
    root = top
    parts = table.tree.dropFirst().compactMap { node in names[node.oid].map { (node, $0) } }
    func part(_ node: TableFacts) -> [QualifiedName] {
      isPart || node.oid != table.oid ? [node.name] : []
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
            "make the index \(own) of partitions", [IfThere.run(sql, parts: part(node))],
            undo: [drop])
          : Segment(
            purpose: "build the index \(own)",
            work: .buildIndex(index: own, table: node.name, statement: PlannedStatement(sql)),
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
    let isThere = "pg_catalog.to_regclass(\(Quoting.literal(table.name.quoted))) IS NOT NULL"
    gates = [
      GateQuery(
        name: "\(top) is valid",
        query: isPart ? "SELECT CASE WHEN \(isThere) THEN (\(count)) ELSE 1 END" : count,
        expected: 1)
    ]
  }
}
