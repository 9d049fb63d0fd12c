internal import Postgres
internal import SchemaChange

extension TableBackfill {
  /// The statement that changes the rows of a window's current stride that still need work.
  ///
  /// Few texts for all chunks of a leaf, each of which the server parses once.
  ///
  /// A row's address ends with its block and its position there, counted from 1. Most rows of a page are another
  /// stride's, or done: the server asks first what costs it less, the position or the condition. The last stride takes
  /// whatever the others left, and asks for no position.
  ///
  /// - Parameters:
  ///   - leaf: The table that holds the rows, quoted.
  ///   - nap: After how many blocks the server's process sleeps for a moment; `nil` for never.
  func update(
    of leaf: String, _ window: BackfillCursor.Window, rowsPerBlock: Double, nap: Int?
  ) -> SQL {
    let rows = rows(window, rowsPerBlock: rowsPerBlock, nap: nap)
    switch work {
    case .delete: return "DELETE FROM ONLY \(raw: leaf) \(sql: rows)"
    case .take(let statement, let naming):
      let with = naming.map { $0 + "," } ?? "WITH"
      return """
        \(raw: with) \(raw: BatchedRows.taken) AS (DELETE FROM ONLY \(raw: leaf) \(sql: rows) RETURNING *)
        \(raw: statement)
        """
    case .set:
      let assignments = assignments.map { assignment -> SQL in
        "\(identifier: assignment.column) = \(raw: assignment.expression)"
      }.joined()
      return "UPDATE ONLY \(raw: leaf) SET \(sql: assignments) \(sql: rows)"
    }
  }

  /// The rows of a window's current stride that still need work.
  private func rows(_ window: BackfillCursor.Window, rowsPerBlock: Double, nap: Int?) -> SQL {
    let shape = StrideShape(strides: window.strides, rowsPerBlock: rowsPerBlock)
    let range = shape.range(of: window.stride)
    let position: SQL = """
      ((pg_catalog.get_byte(pg_catalog.tidsend(ctid), 5)
        + \(Int32(2 * shape.positions - 1 - range.lowerBound))) % \(Int32(shape.positions)))
      """
    let isOfStride: SQL =
      window.isLastStride ? "" : " AND \(sql: position) < \(Int32(range.count))"
    return """
      WHERE ctid >= \("(\(window.block),0)")::tid AND ctid < \("(\(window.end),0)")::tid
        AND (\(raw: condition))\(sql: isOfStride)\(sql: sleeps(nap, at: position))
      """
  }

  /// The text of the statement that each chunk but the last of a window runs, with its parameters' numbers; a
  /// partitioned table's partitions take the table's place in turn.
  public var statement: String {
    let window = BackfillCursor.Window(block: 0, end: 1, strides: 2, stride: 0)
    return update(of: table.quoted, window, rowsPerBlock: 2, nap: nil).text
  }

  /// A nap with the first row of a stride on some blocks.
  ///
  /// Only a row that needs work brings one: whatever the condition costs, it is asked before.
  private func sleeps(_ nap: Int?, at position: SQL) -> SQL {
    guard let nap else { return "" }
    return """
       AND CASE WHEN (\(raw: condition)) THEN \(sql: position) <> 0
        OR pg_catalog.get_byte(pg_catalog.tidsend(ctid), 3) % \(Int32(nap)) <> 0
        OR pg_catalog.pg_sleep(\(Self.nap)) IS NOT NULL END
      """
  }

  /// In seconds; the server sleeps for whole milliseconds, so this is one.
  private static let nap = 0.0005
}
