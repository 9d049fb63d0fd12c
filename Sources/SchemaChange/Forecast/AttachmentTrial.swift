internal import Postgres

/// One `ATTACH PARTITION` on empty clones of its tables.
struct AttachmentTrial: Sendable {
  let change: Change
  let parent: TableFacts
  let partition: TableFacts
  let facts: CatalogueFacts

  /// The clones of its tables.
  private struct Clones {
    let set: CloneSet
    let parent: QualifiedName
    let partition: QualifiedName
    /// How the parent is divided.
    let key: String
    /// The clone of the default partition.
    let rest: QualifiedName?
  }

  /// What the partition gets that it does not have, as it is on the clones.
  private struct Gain {
    var bound = ""
    var indexes: [String] = []
    var keys: [String] = []
    var foreignKeys: [(name: String, ofParent: String, definition: String)] = []
    var obstacles: [String] = []
  }

  /// What was learnt; `nil` where the statement cannot be tried.
  func facts(on connection: isolated PostgresConnection) async throws -> AttachmentFacts? {
    guard let clones = try await clones(on: connection),
      let attach = try? StatementRewriter.retargeting(
        change.sql, relations: targets(clones))
    else { return nil }
    let learnt = try await connection.undone { connection in
      try await gain(by: attach, clones, on: connection)
    }
    guard var gain = learnt else { return nil }
    let bound = try await PartitionBound(
      of: gain.bound, in: parent, clones.parent, dividedBy: clones.key, on: connection)
    if !clones.set.incomplete.isDisjoint(with: [parent.oid, partition.oid]) {
      gain.obstacles.append("not all of their foreign keys can be tried on empty copies")
    }
    if gain.obstacles.isEmpty {
      gain.obstacles += try await work(of: attach, beside: gain, bound, clones, on: connection)
    }
    return AttachmentFacts(
      bound: bound.condition(), rest: clones.rest.flatMap { _ in bound.rest() },
      indexes: try gain.indexes.map { try statement($0, on: partition.name) },
      constraints: try constraints(gain), obstacles: gain.obstacles)
  }

  private func clones(on connection: isolated PostgresConnection) async throws -> Clones? {
    let sources = try await CloneSources.read([parent, partition], on: connection)
    let set = try await CloneSet.make(sources, facts, on: connection)
    guard let whole = set.names[parent.oid], let part = set.names[partition.oid],
      let key = sources.partitions[parent.oid]?.key
    else { return nil }
    let rest = parent.defaultPartition
    let clone = rest.flatMap { set.names[$0.oid] }
    guard rest == nil || clone != nil else { return nil }
    return Clones(set: set, parent: whole, partition: part, key: key, rest: clone)
  }

  private func targets(_ clones: Clones) -> [QualifiedName: QualifiedName] {
    guard case .attachPartition(let whole, let part) = change.operation else { return [:] }
    return [whole: clones.parent, part: clones.partition]
  }

  // MARK: - As it is

  private func gain(
    by attach: String, _ clones: Clones, on connection: isolated PostgresConnection
  ) async throws -> Gain {
    let part = clones.partition.quoted
    let before = try await connection.query(
      """
      SELECT ARRAY(SELECT indexrelid::bigint FROM pg_catalog.pg_index) AS indexes,
        ARRAY(SELECT oid::bigint FROM pg_catalog.pg_constraint) AS constraints
      """
    ).only()
    let indexes = try before.decode("indexes", as: [UInt32].self).map(Int.init)
    let constraints = try before.decode("constraints", as: [UInt32].self).map(Int.init)
    try await connection.script(attach)
    try await connection.script("SET LOCAL search_path TO pg_catalog")
    var gain = Gain()
    gain.bound = try await connection.query(
      "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = \(part)::regclass"
    ).only().decode(0)
    let made = try await connection.query(
      """
      SELECT pg_get_indexdef(i.indexrelid) AS definition, k.contype::text AS kind,
        pg_get_constraintdef(k.oid) AS key, COALESCE(k.condeferrable, false) AS deferrable,
        (SELECT count(*) FROM pg_partition_tree(i.indexrelid) AS below
          WHERE NOT below.relid::oid = ANY (\(indexes)::oid[])) AS nodes
      FROM pg_index AS i LEFT JOIN pg_constraint AS k
        ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
      WHERE i.indrelid = \(part)::regclass AND NOT i.indexrelid = ANY (\(indexes)::oid[])
      ORDER BY i.indexrelid
      """)
    let nodes = partition.tree.filter { clones.set.names[$0.oid] != nil }.count
    for row in made {
      if try row.decode("nodes", as: Int.self) != nodes {
        gain.obstacles.append("one of its own partitions has an index that the whole lacks")
      }
      guard let kind = try row.decode("kind", as: String?.self) else {
        gain.indexes.append(try row.decode("definition"))
        continue
      }
      if kind == "x" { gain.obstacles.append("it gets an exclusion constraint") }
      if try row.decode("deferrable") {
        gain.obstacles.append("it gets a deferrable key, whose index is built with the constraint")
      }
      gain.keys.append(try row.decode("key"))
    }
    let keys = try await connection.query(
      """
      SELECT k.conname::text AS name, p.conname::text AS parent, pg_get_constraintdef(k.oid) AS definition
      FROM pg_constraint AS k JOIN pg_constraint AS p ON p.oid = k.conparentid
      WHERE k.contype = 'f' AND k.conrelid = \(part)::regclass AND p.conrelid <> k.conrelid
        AND NOT k.oid = ANY (\(constraints)::oid[]) ORDER BY k.oid
      """)
    gain.foreignKeys = try keys.map {
      (try $0.decode("name"), try $0.decode("parent"), try $0.decode("definition"))
    }
    return gain
  }

  private func constraints(_ gain: Gain) throws -> [AddConstraint] {
    let alter = "ALTER TABLE \(partition.name) ADD "
    let own = Dictionary(parent.constraints.map { ($0.name, $0.definition) }) { first, _ in first }
    let keys = gain.foreignKeys.map { key in
      alter + "CONSTRAINT \(Quoting.identifier(key.name)) \(own[key.ofParent] ?? key.definition)"
    }
    return try (gain.keys.map { alter + $0 } + keys).flatMap { try MigrationParser.parse($0) }
      .compactMap { change in
        if case .addConstraint(let constraint) = change.operation { constraint } else { nil }
      }
  }

  /// The `CREATE INDEX` of a definition, for a table, without a name.
  private func statement(_ definition: String, on table: QualifiedName) throws -> String {
    try IndexStatement(definition).sql(
      IndexStatement.Changes(concurrently: false, name: "", table: table, only: false))
  }

  // MARK: - Beside what is to spare it its work

  /// What the server does all the same.
  private func work(
    of attach: String, beside gain: Gain, _ bound: PartitionBound, _ clones: Clones,
    on connection: isolated PostgresConnection
  ) async throws -> [String] {
    let indexes = try gain.indexes.map { try statement($0, on: clones.partition) }
    let work = try await connection.undone { connection in
      let alter = "ALTER TABLE \(clones.partition.quoted) ADD "
      var helpers = indexes + gain.keys.map { alter + $0 }
      helpers += gain.foreignKeys.map {
        alter + "CONSTRAINT \(Quoting.identifier($0.name)) \($0.definition)"
      }
      let names = clones.set.names
      if let condition = bound.condition(calling: names) {
        helpers.append(alter + "CONSTRAINT djogi_bound CHECK (\(condition))")
      }
      if let rest = clones.rest, let condition = bound.rest(calling: names) {
        helpers.append(
          "ALTER TABLE \(rest.quoted) ADD CONSTRAINT djogi_rest CHECK (\(condition))")
      }
      for helper in helpers { try await connection.script(helper) }
      _ = connection.takeNotices()
      try await connection.script(attach)
      return ServerWork(connection.takeNotices())
    }
    guard let work else { return ["what would spare the server its work cannot be made"] }
    var found: [String] = []
    if work.scans {
      found.append("the server reads every row of it, whatever check is there to prove its bound")
    }
    if work.buildsIndex { found.append("the server builds an index that it has already") }
    if work.rewrites { found.append("the server writes a table anew") }
    return found
  }
}
