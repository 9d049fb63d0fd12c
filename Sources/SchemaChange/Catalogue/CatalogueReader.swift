public import Postgres

/// Reads what the catalogue says about relations.
public enum CatalogueReader {
  /// The facts of each name that means a relation; a name that means none is absent.
  ///
  /// Names are resolved as the session would, by its search path. Everything is read in one snapshot. Definitions
  /// come out with every name outside `pg_catalog` qualified, so that they mean the same under any search path.
  public static func read(
    _ names: Set<QualifiedName>, on connection: PostgresConnection
  ) async throws -> CatalogueFacts {
    try await connection.transaction(.snapshot) { @Sendable connection in
      let oids = try await resolve(names, on: connection)
      // No session should wait for a reader that queues behind a long-held lock.
      try await connection.script(
        """
        SET LOCAL search_path TO pg_catalog; SET LOCAL lock_timeout TO '1s';
        SET LOCAL statement_timeout TO '30s'; SET LOCAL row_security TO off
        """)
      let facts = try await CatalogueSnapshot.tables(Set(oids.values), on: connection)
      return CatalogueFacts(
        serverVersion: connection.info.serverVersion, tables: oids.compactMapValues { facts[$0] },
        takenNames: try await TakenNames.read(Array(facts.values), on: connection))
    }
  }

  /// The triggers of tables and of what belongs to their trees, by the table's name.
  ///
  /// Only rows of the catalogue are read, no definitions: they can be had while another session has the tables locked.
  public static func triggers(
    of names: Set<QualifiedName>, on connection: PostgresConnection
  ) async throws -> [QualifiedName: [TriggerFacts]] {
    try await connection.transaction(.snapshot) { @Sendable connection in
      let roots = Set(try await resolve(names, on: connection).values)
      try await connection.execute("SET LOCAL search_path TO pg_catalog")
      let below = try await CatalogueSnapshot.children(of: roots, on: connection).values.joined()
      let oids = roots.union(below).map(Int.init)
      let triggers = try await CatalogueSnapshot.triggers(oids, defined: false, on: connection)
      let rows = try await connection.query(
        """
        SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.oid = ANY (\(oids)::oid[])
        """)
      let found = try rows.map { row in
        let name = QualifiedName(
          schema: try row.decode("schema", as: String.self), name: try row.decode("name"))
        return (name, triggers[try row.decode("oid"), default: []])
      }
      return Dictionary(found) { first, _ in first }
    }
  }

  /// The schemas that there are of those in which the session looks names up, its own temporary one left out: that has
  /// another name in each session.
  public static func searchPath(on connection: isolated PostgresConnection) async throws -> [String]
  {
    try await connection.query(
      """
      SELECT ARRAY(SELECT schema.name::text
        FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS schema (name, place)
        WHERE schema.name !~ '^pg_temp_' ORDER BY schema.place)
      """
    ).only().decode(0)
  }

  private static func resolve(
    _ names: Set<QualifiedName>, on connection: isolated PostgresConnection
  ) async throws -> [QualifiedName: UInt32] {
    // An empty name is no SQL, and to_regclass would refuse the whole query for it.
    let asked = names.filter { !$0.name.isEmpty && $0.schema != "" }.sorted {
      $0.quoted < $1.quoted
    }
    let rows = try await connection.query(
      """
      SELECT asked.number, pg_catalog.to_regclass(asked.name)::oid AS oid
      FROM pg_catalog.unnest(\(asked.map(\.quoted))) WITH ORDINALITY AS asked (name, number)
      """)
    var oids: [QualifiedName: UInt32] = [:]
    for row in rows {
      let number = try row.decode("number", as: Int.self)
      oids[asked[number - 1]] = try row.decode("oid", as: UInt32?.self)
    }
    return oids
  }
}

/// Catalogue rows of several relations at once, by the relation's identifier.
enum CatalogueSnapshot {
  /// The facts of relations, each with the tree of its partitions.
  ///
  /// The search path should be `pg_catalog` alone, so that names come out qualified. Only looking for rows locks
  /// the relations themselves.
  static func tables(
    _ roots: Set<UInt32>, lookingForRows: Bool = true, on connection: isolated PostgresConnection
  ) async throws -> [UInt32: TableFacts] {
    let edges = try await children(of: roots, on: connection)
    let oids = roots.union(edges.values.joined()).map(Int.init).sorted()
    guard !oids.isEmpty else { return [:] }
    let relations = try await relations(oids, on: connection)
    let filled = lookingForRows ? try await RowProbe.filled(relations, on: connection) : []
    var parts = Parts(edges: edges, filled: filled)
    parts.columns = try await columns(oids, on: connection)
    parts.constraints = try await constraints(oids, on: connection)
    parts.inbound = try await inboundForeignKeys(oids, on: connection)
    parts.indexes = try await indexes(oids, on: connection)
    parts.triggers = try await triggers(oids, on: connection)
    parts.statistics = try await statistics(oids, on: connection)
    parts.publications = try await publications(oids, on: connection)
    parts.dependents = try await dependents(oids, on: connection)
    parts.dependents.merge(try await sequenceUsers(oids, on: connection)) { $0 + $1 }
    parts.rowTypeHolders = try await rowTypeHolders(oids, on: connection)
    for relation in relations { parts.relations[relation.oid] = relation }
    let tables = roots.compactMap(parts.table)
    return Dictionary(tables.map { ($0.oid, $0) }) { first, _ in first }
  }

  /// Rows gathered by the identifier in their column `relation`.
  static func grouped<Element>(
    _ rows: Rows, _ read: (Row) throws -> Element
  ) throws -> [UInt32: [Element]] {
    var groups: [UInt32: [Element]] = [:]
    for row in rows { groups[try row.decode("relation"), default: []].append(try read(row)) }
    return groups
  }

  /// The rows of every catalogue that the facts are put together from.
  private struct Parts {
    let edges: [UInt32: [UInt32]]
    let filled: Set<UInt32>
    var relations: [UInt32: RelationRow] = [:]
    var columns: [UInt32: [ColumnFacts]] = [:]
    var constraints: [UInt32: [ConstraintFacts]] = [:]
    var inbound: [UInt32: [ForeignKeyFacts]] = [:]
    var indexes: [UInt32: [IndexFacts]] = [:]
    var triggers: [UInt32: [TriggerFacts]] = [:]
    var statistics: [UInt32: [StatisticsFacts]] = [:]
    var publications: [UInt32: [PublicationFacts]] = [:]
    var dependents: [UInt32: [Dependent]] = [:]
    var rowTypeHolders: [UInt32: [String]] = [:]

    func table(_ oid: UInt32) -> TableFacts? {
      guard let relation = relations[oid] else { return nil }
      let partitions = edges[oid, default: []].compactMap(table)
      let holdsRows = filled.contains(oid)
      var facts = TableFacts(
        oid: oid, name: relation.name, kind: relation.kind,
        estimatedRows: relation.estimate(holdsRows: holdsRows, partitions: partitions),
        hasRows: holdsRows || partitions.contains(where: \.hasRows),
        columns: columns[oid, default: []], constraints: constraints[oid, default: []],
        indexes: indexes[oid, default: []], triggers: triggers[oid, default: []],
        statistics: statistics[oid, default: []], publications: publications[oid, default: []],
        dependents: dependents[oid, default: []], inboundForeignKeys: inbound[oid, default: []],
        partitions: partitions, partitionKeyColumns: relation.partitionKeyColumns,
        rowTypeHolders: rowTypeHolders[oid, default: []],
        owner: relation.owner, indexTable: relation.indexTable)
      facts.isDefaultPartition = relation.isDefaultPartition
      facts.columnSlots = relation.columnSlots
      return facts
    }
  }
}
