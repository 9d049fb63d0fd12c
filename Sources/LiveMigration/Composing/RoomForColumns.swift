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
    // The facts' keys are the names that the file writes, with a schema or without.
    for table in context.facts.tables.values {
      let types = (hooks[table.name] ?? []).compactMap { $0.types?.to }
      guard !types.isEmpty else { continue }
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
  /// What a page with one row has beside it.
  private static let pageHeader = 32

  /// By the types alone: in a later part the table is one of a copy, whose number means nothing here.
  static func of(
    _ table: TableFacts, with types: [String], on connection: PostgresConnection
  ) async throws -> RowWidth {
    let stored = table.columns.filter { !$0.isVirtual }.map(\.type)
    // A type that the file makes itself has no number yet, and is left out.
    let rows = try await connection.query(
      """
      SELECT t.typlen::int, t.typalign::text, t.typstorage::text,
        pg_catalog.current_setting('block_size')::int AS page
      FROM pg_catalog.unnest(\(stored + types)) WITH ORDINALITY AS named (type, number)
        JOIN pg_catalog.pg_type AS t
          ON t.oid OPERATOR(pg_catalog.=) pg_catalog.to_regtype(named.type)::pg_catalog.oid
      ORDER BY named.number
      """)
    var width = RowWidth(bytes: header, limit: .max)
    for row in rows {
      width.limit = try row.decode("page", as: Int.self) - pageHeader
      let length: Int = try row.decode(0)
      // A value of a length of its own is moved out, or begins at any byte while it is short.
      guard length > 0 else {
        width.bytes += try row.decode(2, as: String.self) == "p" ? 1 : pointer
        continue
      }
      let alignment = try ["c": 1, "s": 2, "i": 4][row.decode(1, as: String.self)] ?? 8
      width.bytes = (width.bytes + alignment - 1) / alignment * alignment + length
    }
    return width
  }
}
