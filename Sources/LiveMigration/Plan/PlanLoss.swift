public import Postgres
internal import SchemaChange

/// Something that a plan takes away for good, or whose place another takes.
public struct PlanLoss: Sendable, Hashable {
  /// What is lost.
  public enum Subject: Sendable, Hashable {
    /// A column and its values.
    case column(table: QualifiedName, name: String)
    /// The former shape of a column, whose values live on in the column that takes its name.
    case formerColumn(table: QualifiedName, name: String)
    /// A table, a sequence, a schema, with what is in it; the kind is in the words of `DROP`.
    case object(kind: String, QualifiedName)
    /// All rows of a table.
    case rows(of: QualifiedName)
    /// The rows of a table that a statement of the migration chooses.
    case chosenRows(of: QualifiedName)
    /// The values that a statement of the migration writes over.
    case values(table: QualifiedName, column: String)
  }

  /// The step that takes it away, 0 for the first.
  public var step: Int
  /// What is lost.
  public var subject: Subject

  /// Whether values go that nothing else keeps.
  public var losesData: Bool {
    if case .formerColumn = subject { false } else { true }
  }
}

extension LivePlan {
  /// What the plan takes away for good, in the order in which it does.
  public var losses: [PlanLoss] {
    steps.flatMap { step in
      let written = step.body.backfills.filter(\.isStatement).flatMap { losses(of: $0) }
      let dropped = step.isDestructive ? step.body.segments.flatMap(\.statements) : []
      let subjects = written + dropped.filter(\.destroys).flatMap { losses(of: $0) }
      return subjects.map { PlanLoss(step: step.ordinal, subject: $0) }
    }
  }

  /// What a statement of the migration that is made in batches deletes or writes over.
  private func losses(of backfill: TableBackfill) -> [PlanLoss.Subject] {
    switch backfill.work {
    case .set: backfill.assignments.map { .values(table: backfill.table, column: $0.column) }
    case .delete: [.chosenRows(of: backfill.table)]
    case .take(let statement, _):
      ((try? MigrationParser.parse(statement)) ?? []).flatMap { change -> [PlanLoss.Subject] in
        guard case .other(let other) = change.operation, let table = other.relation else {
          return []
        }
        return switch other.kind {
        case .delete: [.chosenRows(of: table)]
        case .update:
          (other.rows?.writes ?? []).sorted().map { .values(table: table, column: $0) }
        default: []
        }
      }
    }
  }

  /// What a statement drops or empties, as the grammar reads it.
  private func losses(of statement: PlannedStatement) -> [PlanLoss.Subject] {
    let changes = (try? MigrationParser.parse(statement.sql)) ?? []
    return changes.flatMap { change -> [PlanLoss.Subject] in
      switch change.operation {
      case .dropColumn(let column, _): [loss(of: column)]
      case .drop(let drop) where Self.kindsWithData.contains(drop.objectType):
        drop.names.map { .object(kind: drop.objectType.rawValue.lowercased(), $0) }
      case .truncate(let tables, _): tables.map { .rows(of: $0) }
      default: []
      }
    }
  }

  private func loss(of column: ColumnReference) -> PlanLoss.Subject {
    let isReplaced = hooks.contains { hook in
      hook.column == column.column && hook.table.name == column.table.name
        && (column.table.schema == nil || hook.table.schema == column.table.schema)
    }
    return isReplaced
      ? .formerColumn(table: column.table, name: column.column)
      : .column(table: column.table, name: column.column)
  }

  /// The objects whose end is the end of values.
  private static let kindsWithData: Set<ObjectType> = [.table, .foreignTable, .sequence, .schema]
}
