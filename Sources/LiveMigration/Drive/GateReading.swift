internal import Postgres

/// Reads a table once for all gates of a pass, a window of blocks at a time.
///
/// All windows see one snapshot, so that the counts are those of a single statement. Between them it is seen how far
/// the reading is, and whether it shall go on. No reader or writer of the table waits for it.
struct GateReading: Sendable {
  let pass: GatePass
  /// The settings that the conditions mean.
  let session: PlanSession
  /// Called with the blocks that were read, and with all there are.
  let onRead: @Sendable (_ done: Int64, _ total: Int64) -> Void

  /// What a window should take.
  private static let target = Duration.milliseconds(500)

  private struct Leaf: Sendable {
    var name: QualifiedName
    var blocks: Int64
  }

  /// The rows that disagree with each gate; `nil` where a table cannot be read by blocks.
  ///
  /// - Parameter connection: A session in a transaction that sees one snapshot throughout, and that has seen nothing
  ///   yet.
  func counts(on connection: isolated PostgresConnection) async throws -> [Int64]? {
    guard let table = pass.table else { return nil }
    // Before the snapshot: the table is not emptied or written anew after it.
    try await connection.execute("LOCK TABLE \(identifier: table) IN ACCESS SHARE MODE")
    try await session.set(on: connection)
    guard let leaves = try await leaves(of: table, on: connection) else { return nil }
    let total = leaves.reduce(0) { $0 + $1.blocks }
    var counts = [Int64](repeating: 0, count: pass.gates.count)
    var (done, window) = (Int64(0), WindowSize())
    onRead(0, total)
    for leaf in leaves {
      var block: Int64 = 0
      while block < leaf.blocks {
        try Task.checkCancellation()
        let end = min(block + window.blocks, leaf.blocks)
        guard let question = pass.count(of: leaf.name, from: block, to: end) else { return nil }
        let begin = ContinuousClock.now
        for row in try await connection.query(question, prepare: true) {
          if let gate: Int = try row.decode("gate") { counts[gate] += try row.decode("rows") }
        }
        window.took(ContinuousClock.now - begin, target: Self.target)
        done += end - block
        block = end
        onRead(done, total)
      }
    }
    if leaves.isEmpty || total == 0 { onRead(total, total) }
    return counts
  }

  /// The tables below a table that hold rows; `nil` when one of them has no blocks of its own.
  private func leaves(
    of table: QualifiedName, on connection: isolated PostgresConnection
  ) async throws -> [Leaf]? {
    let rows = try await connection.query(
      """
      WITH RECURSIVE tree AS (
        SELECT \(table.quoted)::regclass::oid AS oid
        UNION SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid
      )
      SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind = 'r' AS has_blocks,
        coalesce(pg_catalog.pg_relation_size(c.oid), 0) / pg_catalog.current_setting('block_size')::int AS blocks
      FROM tree JOIN pg_class AS c USING (oid) JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind <> 'p' ORDER BY c.oid
      """)
    var leaves: [Leaf] = []
    for row in rows {
      guard try row.decode("has_blocks") else { return nil }
      let name = QualifiedName(
        schema: try row.decode("schema"), name: try row.decode("name", as: String.self))
      leaves.append(Leaf(name: name, blocks: try row.decode("blocks")))
    }
    return leaves
  }
}

/// How many blocks are read at once.
struct WindowSize: Sendable {
  private(set) var blocks: Int64 = 64

  static let smallest: Int64 = 4
  static let largest: Int64 = 1 << 17

  /// Takes in what a window took; the next one is at most four times as large.
  mutating func took(_ duration: Duration, target: Duration) {
    let factor = duration > .zero ? min(max(target / duration, 0.1), 4) : 4
    blocks = min(max(Int64(Double(blocks) * factor), Self.smallest), Self.largest)
  }
}
