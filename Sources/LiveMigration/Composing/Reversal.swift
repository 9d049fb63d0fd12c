internal import Postgres
internal import SchemaChange

/// The replacements of a plan with their ways back.
struct Reversal {
  /// By the table's name when the plan was made.
  var tables: [QualifiedName: Table] = [:]
  /// From the replaced columns to the kept ones, by table.
  let replaced: [QualifiedName: [String: String]]

  /// One table's.
  struct Table {
    let forward: TableReplacement
    let kept: [KeptColumn]
    /// Under the names that the table had, and under those that it has after the swap.
    let reversed: TableReplacement
    let prepared: TableReplacement
    /// What the way back carries over.
    let carried: TableReplacement.Carried
  }

  init(
    of replacements: [QualifiedName: TableReplacement], parts: [SwapPart], _ names: FollowedNames
  ) throws {
    var kept: [QualifiedName: [KeptColumn]] = [:]
    for case .replacement(let name, _, _) in parts {
      kept[name] = try replacements[name]?.keptColumns(names)
    }
    let replaced = kept.mapValues { columns in
      Dictionary(columns.map { ($0.column.legacy.name, $0.name) }) { first, _ in first }
    }
    self.replaced = replaced
    for (name, columns) in kept {
      guard let forward = replacements[name] else { continue }
      let reversed = forward.reversed(columns, replaced: replaced)
      tables[name] = Table(
        forward: forward, kept: columns, reversed: reversed,
        prepared: forward.reversed(columns, replaced: replaced, names: names),
        carried: try reversed.carried())
    }
  }
}

extension Reversal.Table {
  func standIns() throws -> [Segment] { try forward.standIns(for: reversed) }

  func standInsAgain() throws -> [Segment] { try prepared.standIns(for: forward) }

  func preparation() throws -> [Segment] { try prepared.preparation(kept) }

  /// The swap's statements, after those that take keys off.
  func swap() throws -> [String] {
    try forward.closing()
      + exchange(
        forward, try forward.carried(), setFree: forward.settingFree(for: reversed),
        keepingAs: kept.map(\.name))
  }

  var detach: [String] {
    carried.constraints.flatMap(\.detach) + carried.keys.flatMap(\.detach)
  }

  /// The swap back: the new columns become what they were before, in step as then.
  func back() throws -> [String] {
    let name = forward.table.name
    return kept.map { $0.stands(on: name) } + kept.flatMap { $0.remove(from: name) + $0.strays }
      + exchange(
        reversed, carried, setFree: reversed.settingFree(for: forward),
        keepingAs: forward.columns.map(\.shadow))
      + (try forward.columns.flatMap { try $0.synchronization(shadowWins: true) })
  }

  private func exchange(
    _ replacement: TableReplacement, _ carried: TableReplacement.Carried, setFree: [String],
    keepingAs names: [String]
  ) -> [String] {
    let exchange = zip(replacement.swaps, names).flatMap { $0.exchange(keepingAs: $1) }
    return replacement.takeOver(
      carried.indexes, carried.constraints, setFree: setFree, exchange: exchange)
      + carried.keys.flatMap(\.swap)
  }
}
