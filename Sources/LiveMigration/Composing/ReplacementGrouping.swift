internal import Postgres
internal import SchemaChange

/// Finds the columns that are replaced, table by table.
struct ReplacementGrouping {
  let context: PlanningContext

  init(_ context: PlanningContext) { self.context = context }

  /// The replacements, by the table's resolved name.
  ///
  /// - Parameters:
  ///   - verdicts: All changes of the file.
  ///   - range: Those of the part.
  func group(
    _ all: [Verdict], _ range: Range<Int>
  ) throws -> [QualifiedName: TableReplacement] {
    let verdicts = Array(all[range])
    var columns: [QualifiedName: [ReplacementColumn]] = [:]
    var tables: [QualifiedName: TableFacts] = [:]
    let takenOff = TakenOff(verdicts, context.facts)
    for (index, verdict) in zip(range, verdicts) {
      guard case .expandContract(let pattern) = verdict.classification, pattern.replacesColumn,
        case .alterColumnType(let operation) = verdict.change.operation
      else { continue }
      try requireNamesStand(around: index, all, range)
      let table = try context.table(operation.target.table, for: verdict.change).without(takenOff)
      try requireHookLast(on: table, verdict)
      tables[table.name] = table
      var column = try column(operation, table, verdict, index)
      column.getsDefaultLater = all[index..<range.upperBound].contains { later in
        guard case .columnDefault(let target, _) = later.change.operation else { return false }
        return target.column == column.legacy.name
          && context.facts.table(target.table)?.name == table.name
      }
      let known = columns[table.name, default: []]
      guard !known.contains(where: { $0.legacy.name == column.legacy.name }) else {
        throw context.cannotStage(
          verdict.change, "the column \(column.legacy.name) changes its type twice")
      }
      columns[table.name, default: []].append(column)
    }
    try requireIndependent(columns, verdicts)
    let replaced = columns.mapValues { group in
      Dictionary(group.map { ($0.legacy.name, $0.shadow) }) { first, _ in first }
    }
    return columns.reduce(into: [:]) { result, entry in
      if let table = tables[entry.key] {
        result[entry.key] = TableReplacement(
          context: context, table: table, columns: entry.value, replaced: replaced)
      }
    }
  }

  /// A part ends before a change that takes a replaced column away, and begins with one whose table an earlier change
  /// puts in another's place.
  private func requireNamesStand(
    around index: Int, _ all: [Verdict], _ range: Range<Int>
  ) throws {
    guard case .alterColumnType(let operation) = all[index].change.operation else { return }
    let target = operation.target
    if let earlier = all[range.lowerBound..<index].first(where: {
      $0.change.takesAway(target.table, context.facts)
    }) {
      throw context.cannotStage(
        all[index].change,
        "line \(earlier.change.location.line) takes away the table that had the name; put it into a "
          + "migration after", .dependsOnEarlier)
    }
    let table = context.facts.table(target.table)?.name
    let later = all[index..<range.upperBound].first { later in
      switch later.change.operation {
      case .dropColumn(let dropped, _):
        dropped.column == target.column && context.facts.table(dropped.table)?.name == table
      default: later.change.drops(target.table, context.facts)
      }
    }
    guard let later else { return }
    throw context.cannotStage(
      later.change,
      "it takes away the column whose type line \(all[index].change.location.line) changes; put it into a "
        + "migration after", .dependsOnEarlier)
  }

  private func column(
    _ operation: AlterColumnType, _ table: TableFacts, _ verdict: Verdict, _ index: Int
  ) throws -> ReplacementColumn {
    let isRecoded = verdict.classification == .expandContract(.codecTransition)
    let name = operation.target.column
    guard let legacy = table.column(name), let conversion = context.conversions[index],
      let after = context.columnsAfter[index]
    else {
      throw context.cannotStage(
        verdict.change, "what it leads to cannot be tried on an empty copy")
    }
    // What leads to the old type again was not tried.
    guard
      isRecoded || operation.using != nil || after.type != legacy.type
        || after.collation != legacy.collation
    else {
      throw context.cannotStage(
        verdict.change, "the column has the same type on the copy where that was tried")
    }
    let source = operation.using ?? Quoting.identifier(name)
    var column = ReplacementColumn(
      table: table, legacy: legacy, after: after,
      shadow: ObjectNames.shadow(of: name, in: table),
      source: source, conversion: conversion,
      codec: isRecoded ? CodecPair(source, of: name) : nil, ownName: context.ownName("\(index)"))
    column.takenBack = context.waysBack[index]
    guard context.newShape != nil else { return column }
    guard case .success(let way) = column.takenBack else {
      throw context.cannotStage(
        verdict.change,
        "no server can be asked how its new values become old ones, for the migration makes the column; leave "
          + "--new-shape out")
    }
    if let obstacle = column.obstacleToWayBack(way) {
      throw context.cannotStage(verdict.change, obstacle)
    }
    column.wayBack = way
    return column
  }

  /// A `USING` expression reads legacy columns; one that is replaced itself would leave it to chance which of the two.
  private func requireIndependent(
    _ columns: [QualifiedName: [ReplacementColumn]], _ verdicts: [Verdict]
  ) throws {
    for group in columns.values {
      let names = Set(group.map(\.legacy.name))
      for column in group {
        let read = (try? SQLExpression.columns(in: column.source)) ?? []
        let others = read.subtracting([column.legacy.name]).intersection(names)
        guard let other = others.first else { continue }
        let change = verdicts.first { verdict in
          if case .alterColumnType(let operation) = verdict.change.operation {
            operation.target.column == column.legacy.name
          } else {
            false
          }
        }
        guard let change = change?.change else { continue }
        throw context.cannotStage(
          change, "its expression reads \(other), which changes its type too")
      }
    }
  }
}

extension Change {
  /// Whether it drops a table.
  fileprivate func drops(_ table: QualifiedName, _ facts: CatalogueFacts) -> Bool {
    guard case .drop(let drop) = operation, drop.objectType == .table else { return false }
    let oid = facts.table(table)?.oid
    return drop.names.contains { $0 == table || (oid != nil && facts.table($0)?.oid == oid) }
  }

  /// Whether the name of a table means none after it, or another one.
  fileprivate func takesAway(_ table: QualifiedName, _ facts: CatalogueFacts) -> Bool {
    guard case .renameTable(let renamed, _) = operation else { return drops(table, facts) }
    let oid = facts.table(table)?.oid
    return renamed == table || (oid != nil && facts.table(renamed)?.oid == oid)
  }
}
