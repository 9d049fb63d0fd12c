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
    for step in plan.steps {
      guard case .validateBackfill(let gates) = step.parameters else { continue }
      for gate in gates {
        guard let sample = gate.sample(of: failure) else { continue }
        let rows = try? await plan.session.run(on: connection) { connection in
          try await connection.query(sample).map { try $0.decode(0, as: String.self) }
        }
        if let rows, !rows.isEmpty { return rows }
      }
    }
    return []
  }
}

extension GateQuery {
  /// What a gate asks that looks for values which do not convert; no other tells innocent rows from the guilty.
  static let converts = "every value converts"

  /// The sample, from a chunk's blocks alone.
  fileprivate func sample(of failure: ChunkFailure) -> SQL? {
    guard name.hasSuffix(": " + Self.converts), let sample, sample.hasSuffix(Self.limit) else {
      return nil
    }
    let (window, row) = (failure.window, Self.row)
    return """
      \(raw: String(sample.dropLast(Self.limit.count))) AND \(raw: row).tableoid = \(failure.leaf)
        AND \(raw: row).ctid >= \("(\(window.block),0)")::tid
        AND \(raw: row).ctid < \("(\(window.end),0)")::tid\(raw: Self.limit)
      """
  }
}
