internal import Postgres

/// What the data refused of a chunk, and where.
struct ChunkFailure: Error {
  let error: PostgresError
  /// The leaf table.
  let leaf: UInt32
  let window: BackfillCursor.Window
}

extension PlanRunner {
  /// The keys of a few rows of the chunk's blocks that do not convert.
  ///
  /// The gates know how to name them; here they are asked for these blocks alone.
  func offendingRows(_ failure: ChunkFailure, on connection: PostgresConnection) async -> [String] {
    for gate in plan.steps.flatMap(\.body.gates) where gate.kind == .converts {
      guard let sample = gate.sample(of: failure) else { continue }
      let rows = try? await plan.session.run(on: connection) { connection in
        try await connection.query(sample).map { try $0.decode(0, as: String.self) }
      }
      if let rows, !rows.isEmpty { return rows }
    }
    return []
  }
}

extension GateQuery {
  /// The names of the rows that it counts, from a chunk's blocks alone; `nil` where rows have no names.
  fileprivate func sample(of failure: ChunkFailure) -> SQL? {
    guard let rows, let name = rows.rowName else { return nil }
    let window = failure.window
    return """
      SELECT \(raw: name) FROM \(identifier: rows.table) AS \(identifier: rows.alias)
      WHERE (\(raw: rows.condition)) AND \(identifier: rows.alias).tableoid = \(failure.leaf)
        AND \(identifier: rows.alias).ctid >= \("(\(window.block),0)")::tid
        AND \(identifier: rows.alias).ctid < \("(\(window.end),0)")::tid
      LIMIT \(Self.sampleSize)
      """
  }
}
