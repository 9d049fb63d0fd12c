internal import Postgres
internal import SchemaChange

/// Refuses to put a second column beside one of a table whose rows would not fit a page then.
///
/// The server moves long values out of a row, but each leaves a pointer, and numbers stay where they are. A client's row
/// that fits before the window and after it must fit in it too (PostgreSQL manual, 73.2, "TOAST", and 73.6, "Database
/// Page Layout").
struct RoomForColumns: Sendable {
  let context: PlanningContext
  /// All changes of the migration.
  let changes: [Change]

  /// Looks at the columns that the steps of a part add beside others.
  ///
  /// - Throws: `EngineError.cannotStage` where the widest row of a table would not fit.
  func refuse(
    _ steps: [PlanStep], of range: Range<Int>, on connection: PostgresConnection
  ) async throws {
    let hooks = Dictionary(grouping: steps.flatMap(\.body.hooks)) { $0.table }
    for (name, hooks) in hooks {
      let types = hooks.compactMap { $0.types?.to }
      guard !types.isEmpty, let table = context.facts.table(name) else { continue }
      for leaf in table.tree where leaf.kind == .table {
        let width = try await RowWidth.of(leaf, with: types, on: connection)
        guard width.bytes > width.limit else { continue }
        throw context.cannotStage(
          change(of: table, in: range),
          "a row of \(leaf.name) with a value in each column would take \(width.bytes) bytes beside its new columns, and "
            + "a page holds \(width.limit): clients could not write it", .noRoomForColumn)
      }
    }
  }

  private func change(of table: TableFacts, in range: Range<Int>) -> Change {
    changes[range].first { change in
      guard case .alterColumnType = change.operation else { return false }
      return change.mentions.contains { context.facts.table($0)?.oid == table.oid }
    } ?? changes[range.lowerBound]
  }
}

/// The bytes of a row with a value in each column, long values moved out.
private struct RowWidth {
  var bytes: Int
  /// What a page has for one row.
  var limit: Int

  /// What a value that was moved out leaves in its row.
  private static let pointer = 18
  /// The header of a row, aligned.
  private static let header = 24

  static func of(
    _ table: TableFacts, with types: [String], on connection: PostgresConnection
  ) async throws -> RowWidth {
    try await connection.transaction(.snapshot) { @Sendable connection in
      let rows = try await connection.query(
        """
        SELECT t.typlen::int, t.typalign::text, a.attstorage::text
        FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t
          ON t.oid OPERATOR(pg_catalog.=) a.atttypid
        WHERE a.attrelid OPERATOR(pg_catalog.=) \(Int(table.oid))::pg_catalog.oid
          AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped ORDER BY a.attnum
        """)
      let new = try await connection.query(
        """
        SELECT t.typlen::int, t.typalign::text, t.typstorage::text
        FROM pg_catalog.unnest(\(types)) AS name JOIN pg_catalog.pg_type AS t
          ON t.oid OPERATOR(pg_catalog.=) pg_catalog.to_regtype(name)::pg_catalog.oid
        """)
      let page: Int = try await connection.query(
        "SELECT pg_catalog.current_setting('block_size')::int"
      ).only().decode(0)
      var bytes = header
      for row in Array(rows) + Array(new) {
        let length: Int = try row.decode(0)
        // A value of a length of its own is moved out, or begins at any byte while it is short.
        guard length > 0 else {
          bytes += try row.decode(2, as: String.self) == "p" ? 1 : pointer
          continue
        }
        let alignment = try ["c": 1, "s": 2, "i": 4][row.decode(1, as: String.self)] ?? 8
        bytes = (bytes + alignment - 1) / alignment * alignment + length
      }
      return RowWidth(bytes: bytes, limit: page - 32)
    }
  }
}
