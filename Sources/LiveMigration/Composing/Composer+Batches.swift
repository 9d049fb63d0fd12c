internal import Postgres
internal import SchemaChange

/// Statements of a migration that change rows in batches.
extension Composer {
  /// Refuses a foreign key onto a table whose keys the plan still changes: it would bind clients, and the batches, before.
  func requireNoUpdatedKey(_ change: Change) throws {
    guard case .addConstraint(let constraint) = change.operation,
      let table = constraint.references, updated.contains(table.name)
    else { return }
    throw context.cannotStage(
      change, "a statement before it changes rows of \(table); put it into a migration after",
      .dependsOnEarlier)
  }

  /// Refuses a type change of a table whose rows change by a list: the trigger of the change would not see them.
  func requireNoList(_ table: TableFacts, _ change: Change) throws {
    guard listed.contains(table.name) else { return }
    throw context.cannotStage(
      change, "a statement before it changes rows of \(table.name); put it into a migration after",
      .dependsOnEarlier)
  }

  /// Changes the rows of a statement by the backfill, in its place among the columns that backfills fill.
  mutating func addBatches(
    _ operation: OtherOperation, _ change: Change, at index: Int
  ) throws {
    guard let name = operation.relation, let conversion = context.conversions[index] else {
      throw context.cannotStage(change, "it cannot be tried on a copy of the table")
    }
    let table = try context.table(name, for: change)
    // What a later statement makes of the rows is no reason to run an earlier one again.
    further.removeAll { $0.isTouched(by: operation.kind, of: table, conversion.written) }
    if let cause = waiting.last(where: { $0.change.operation.isMetByRows(of: table.name) })?.change
    {
      throw context.cannotStage(
        change,
        "its rows meet what line \(cause.location.line) makes in the plan's last transaction; put it into a migration after",
        .dependsOnEarlier)
    }
    if let condition = conversion.condition, let update = operation.rows?.update {
      try addByCondition(update, condition, table, change, at: index)
    } else if let rows = conversion.batches {
      try addByList(
        rows, conversion.reads, remaining: conversion.remaining, table, change, at: index)
    } else {
      throw context.cannotStage(change, "it cannot be tried on a copy of the table")
    }
    if operation.kind == .update, let update = operation.rows?.update {
      for column in update.columns {
        late.insert(ColumnReference(table: table.name, column: column))
      }
    } else {
      lateTables.insert(table.name)
    }
    updated.insert(name.name)
    updated.insert(table.name.name)
  }

  /// A row's own condition tells whether it needs work.
  private mutating func addByCondition(
    _ update: RowUpdate, _ condition: String, _ table: TableFacts, _ change: Change, at index: Int
  ) throws {
    let used = (try? SQLExpression.columns(in: condition)) ?? []
    if staged.contains(table.name), replacements[table.name]?.touches(Array(used)) == true {
      throw context.cannotStage(
        change,
        "a column in it changes its type in the plan's last transaction; put it into a migration after",
        .dependsOnEarlier)
    }
    let backfill = TableBackfill(
      table: table.name,
      assignments: update.assignments.map {
        TableBackfill.Assignment(column: $0.column, expression: $0.expression)
      }, condition: condition, isStatement: true, work: update.deletes ? .delete : .set)
    result.backfills.append(backfill)
    if change.isOnce { return }
    var gate = GateQuery.noRow(of: table, where: condition, name: question(of: change, table))
    gate.pass = FurtherPass(backfill: backfill)
    let sets = update.assignments.map { "\(Quoting.identifier($0.column)) = \($0.expression)" }
    let verb =
      update.deletes
      ? "DELETE FROM \(table.name)"
      : "UPDATE \(table.name) SET \(sets.joined(separator: ", "))"
    further.append(
      FurtherRun(
        index: index, gate: gate, statement: "\(verb) WHERE \(condition)", table: table, read: [],
        names: context.effects[index].reads.union(update.columns)))
  }

  private func question(of change: Change, _ table: TableFacts) -> String {
    "what line \(change.location.line) has yet to do in \(table.name)"
  }

  /// A list tells which rows need work; a batch takes them off the list and changes them in one transaction.
  private mutating func addByList(
    _ rows: BatchedRows, _ reads: Set<UInt32>, remaining: String?, _ table: TableFacts,
    _ change: Change, at index: Int
  ) throws {
    let read = context.facts.tables.values.filter { reads.contains($0.oid) }.map(\.name)
    if let waiting = ([table.name] + read).first(where: staged.contains) {
      throw context.cannotStage(
        change,
        "a column of \(waiting) changes its type in the plan's last transaction; put it into a migration after",
        .dependsOnEarlier)
    }
    let list = QualifiedName(schema: table.name.schema, name: context.ownName("rows\(index)"))
    result.lists[list] = Segment(
      purpose: "list the rows of line \(change.location.line)",
      work: .transactional(statements: try rows.listing(change.sql, into: list).planned),
      undo: ["DROP TABLE IF EXISTS \(list)"].planned)
    let backfill = TableBackfill(
      table: list, assignments: [], condition: rows.isUnchanged(in: table.name),
      inOrder: rows.inOrder, isStatement: true,
      work: .take(statement: try rows.change(change.sql), naming: try rows.naming(change.sql)))
    result.backfills.append(backfill)
    listed.insert(table.name)
    let ending = [try rows.rest(change.sql, of: list), "DROP TABLE IF EXISTS \(list)"]
    result.listEnds[list] = .transaction("drop the list of rows", ending.compactMap(\.self))
    guard !change.isOnce, let remaining else { return }
    var gate = GateQuery(
      name: question(of: change, table),
      query: "SELECT pg_catalog.count(*) FROM (\(remaining)) AS djogi_remaining", expected: 0,
      sample:
        "SELECT djogi_remaining::text FROM (\(remaining)) AS djogi_remaining LIMIT \(GateQuery.sampleSize)"
    )
    gate.pass = FurtherPass(
      listing: try rows.listing(change.sql, again: remaining, into: list).planned,
      backfill: backfill, ending: ending.compactMap(\.self).planned)
    further.append(
      FurtherRun(
        index: index, gate: gate,
        statement: try rows.again(change.sql, remaining), table: table, read: Set(read),
        names: context.effects[index].reads.union(context.conversions[index]?.written ?? [])))
  }

  /// Runs a statement once more in the last transaction, right before what it reads goes: nothing that clients have
  /// written meanwhile is lost.
  mutating func settle(_ taken: CopiedRows.TakenAway, _ drop: Change) throws {
    guard further.contains(where: { $0.index == taken.cause }) else { throw taken.refusal }
    settled = further
    for name in drop.mentions {
      if let table = context.facts.table(name), table.kind == .table || table.kind == .partitioned {
        result.locks.insert(table.name)
      }
    }
  }

  /// The steps that change rows: a list is made right before its rows are changed, and goes right after.
  func backfillSteps() -> [(kind: StepKind, body: StepBody)] {
    var steps: [(kind: StepKind, body: StepBody)] = []
    var open: [TableBackfill] = []
    func close() {
      if !open.isEmpty { steps.append((.backfillChunked, .backfills(open))) }
      open = []
    }
    for backfill in result.backfills.merged {
      guard let list = result.lists[backfill.table] else {
        open.append(backfill)
        continue
      }
      close()
      steps.append((.expandSchema, .segments([list])))
      steps.append((.backfillChunked, .backfills([backfill])))
      steps.append(
        (.expandSchema, .segments([result.listEnds[backfill.table]].compactMap(\.self))))
    }
    close()
    return steps
  }
}

extension SchemaOperation {
  /// Whether it makes or changes what acts on each row that is written to a table.
  func isMetByRows(of table: QualifiedName) -> Bool {
    guard case .other(let other) = self else { return false }
    let acting: Set<StatementKind> = [
      .createTrigger, .createRule, .enableTrigger, .policy, .rowLevelSecurity,
    ]
    return acting.contains(other.kind) && other.relation?.name == table.name
  }
}
