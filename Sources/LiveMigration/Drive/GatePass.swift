internal import Postgres

/// Gates that are asked together.
///
/// Those of one table that each row answers by itself take a single reading of it. A row counts for the first gate
/// that it disagrees with; that is all there is to tell, for a gate that disagrees ends the questions.
struct GatePass: Sendable, Hashable {
  private(set) var gates: [GateQuery]

  init(_ gate: GateQuery) { gates = [gate] }

  /// Gates in their order, those in a row that can be asked together put together.
  static func passes(of gates: [GateQuery]) -> [GatePass] {
    gates.reduce(into: []) { passes, gate in
      if let last = passes.indices.last, passes[last].takes(gate) {
        passes[last].gates.append(gate)
      } else {
        passes.append(GatePass(gate))
      }
    }
  }

  private func takes(_ gate: GateQuery) -> Bool {
    guard let mine = gates.last, let rows = mine.rows, let other = gate.rows else { return false }
    return rows.table == other.table && rows.alias == other.alias && mine.expected == 0
      && gate.expected == 0
  }

  /// The table that one reading answers from; `nil` for a gate that has a query of its own.
  var table: QualifiedName? { gates.first?.rows?.table }

  /// Counts a leaf's rows between two blocks, by the number of the gate that they disagree with.
  func count(of leaf: QualifiedName, from block: Int64, to end: Int64) -> SQL? {
    guard let alias = gates.first?.rows?.alias else { return nil }
    let cases = gates.enumerated().compactMap { number, gate in
      gate.rows.map { "WHEN \($0.condition) THEN \(number)" }
    }
    return """
      SELECT CASE \(raw: cases.joined(separator: " ")) END AS gate, count(*) AS rows
      FROM ONLY \(identifier: leaf) AS \(identifier: alias)
      WHERE \(identifier: alias).ctid >= \("(\(block),0)")::tid
        AND \(identifier: alias).ctid < \("(\(end),0)")::tid
      GROUP BY 1
      """
  }
}
