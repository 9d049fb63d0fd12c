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
    if let cause = waiting.last(where: { $0.change.operation.isMetByRows(of: table.name) })?.change
    {
      throw context.cannotStage(
        change,
        "its rows meet what line \(cause.location.line) makes in the plan's last transaction; put it into a migration after",
        .dependsOnEarlier)
    }
    if let condition = conversion.condition, let update = operation.rows?.update {
      try addByCondition(update, condition, table, change)
    } else if let rows = conversion.batches {
      try addByList(rows, conversion.reads, table, change, at: index)
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
    _ update: RowUpdate, _ condition: String, _ table: TableFacts, _ change: Change
  ) throws {
    let used = (try? SQLExpression.columns(in: condition)) ?? []
    if staged.contains(table.name), replacements[table.name]?.touches(Array(used)) == true {
      throw context.cannotStage(
        change,
        "a column in it changes its type in the plan's last transaction; put it into a migration after",
        .dependsOnEarlier)
    }
    result.backfills.append(
      TableBackfill(
        table: table.name,
        assignments: update.assignments.map {
          TableBackfill.Assignment(column: $0.column, expression: $0.expression)
        }, condition: condition, isStatement: true, work: update.deletes ? .delete : .set))
  }

  /// A list tells which rows need work; a batch takes them off the list and changes them in one transaction.
  private mutating func addByList(
    _ rows: BatchedRows, _ reads: Set<UInt32>, _ table: TableFacts, _ change: Change, at index: Int
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
    result.backfills.append(
      TableBackfill(
        table: list, assignments: [], condition: "true", inOrder: rows.inOrder, isStatement: true,
        work: .take(statement: try rows.change(change.sql))))
    listed.insert(table.name)
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
        (
          .expandSchema,
          .segments([
            .transaction("drop the list of rows", ["DROP TABLE IF EXISTS \(backfill.table)"])
          ])
        ))
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
