internal import Postgres

/// The temporary relations and the locks of the probe's transaction, between two statements.
struct ProbeState {
  /// A temporary table, view or index.
  struct Relation {
    var oid: UInt32
    var name: String
    var kind: TableFacts.Kind?
    /// The file that holds its rows; another one means that it was written anew.
    var file: Int?
    /// The table of an index.
    var table: UInt32?
    /// The default partition of a partitioned table.
    var defaultPartition: UInt32?
    var modes: Set<LockMode>
  }

  /// A foreign key between temporary tables.
  struct ForeignKey: Hashable {
    var oid: UInt32
    var name: String
    var table: UInt32
    var referenced: UInt32
  }

  private(set) var relations: [UInt32: Relation] = [:]
  /// A schema gives each name once.
  private var byName: [String: UInt32] = [:]
  private(set) var foreignKeys: Set<ForeignKey> = []
  private(set) var children: [UInt32: [UInt32]] = [:]
  /// Relations of the application with a lock that could be in somebody's way.
  private(set) var blocked: Set<UInt32> = []

  /// Reads where the transaction stands.
  ///
  /// - Parameter application: The application's relations that the migration or its clones are about.
  init(application: Set<UInt32>, on connection: isolated PostgresConnection) async throws {
    let rows = try await connection.query(
      """
      WITH held AS MATERIALIZED (
        SELECT relation, pg_catalog.array_agg(mode) AS modes FROM pg_locks
        WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted GROUP BY relation)
      SELECT c.oid, c.relname, c.relkind, pg_relation_filenode(c.oid)::bigint AS file, x.indrelid,
        COALESCE(held.modes, '{}') AS modes, c.relnamespace = pg_my_temp_schema() AS temporary,
        NULLIF(p.partdefid, 0) AS default_partition,
        ARRAY(SELECT i.inhrelid::bigint FROM pg_inherits i WHERE i.inhparent = c.oid) AS children
      FROM pg_class c LEFT JOIN held ON held.relation = c.oid
        LEFT JOIN pg_index x ON x.indexrelid = c.oid
        LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
      WHERE c.relnamespace = (SELECT pg_my_temp_schema()) OR held.relation IS NOT NULL
      """)
    for row in rows {
      let oid = try row.decode("oid", as: UInt32.self)
      let words = try row.decode("modes", as: [String].self)
      let modes = Set(words.compactMap(LockMode.init))
      guard try row.decode("temporary") else {
        let strongest = modes.max() ?? .accessShare
        if application.contains(oid), strongest > .accessShare { blocked.insert(oid) }
        continue
      }
      relations[oid] = Relation(
        oid: oid, name: try row.decode("relname"),
        kind: TableFacts.Kind(rawValue: try row.decode("relkind")), file: try row.decode("file"),
        table: try row.decode("indrelid"),
        defaultPartition: try row.decode("default_partition"), modes: modes)
      byName[relations[oid]?.name ?? ""] = oid
      children[oid] = try row.decode("children", as: [UInt32].self)
    }
    let keys = try await connection.query(
      """
      SELECT k.oid, k.conname, k.conrelid, k.confrelid
      FROM pg_constraint k
      WHERE k.contype = 'f' AND k.connamespace = (SELECT pg_my_temp_schema())
      """)
    foreignKeys = Set(
      try keys.map { row in
        ForeignKey(
          oid: try row.decode("oid"), name: try row.decode("conname"),
          table: try row.decode("conrelid"), referenced: try row.decode("confrelid"))
      })
  }

  /// The temporary relation of that name.
  func relation(_ name: String) -> Relation? {
    byName[name].flatMap { relations[$0] }
  }

  /// Adds a relation of a later state, with its indexes.
  mutating func add(_ oid: UInt32, of later: ProbeState) {
    for new in later.relations.values where new.oid == oid || new.table == oid {
      relations[new.oid] = new
      byName[new.name] = new.oid
      children[new.oid] = later.children[new.oid]
    }
  }

  /// A table and all partitions and children below it.
  func tree(_ table: UInt32) -> [UInt32] {
    [table] + children[table, default: []].flatMap(tree)
  }

  /// Whether a table that was there before is kept in another file now.
  func wroteAnew(since before: ProbeState) -> Bool {
    before.relations.values.contains { old in
      guard old.kind == .table, let new = relations[old.oid] else { return false }
      return new.file != old.file
    }
  }
}
