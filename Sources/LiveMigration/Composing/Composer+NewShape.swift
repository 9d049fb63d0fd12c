internal import Postgres
internal import SchemaChange

/// Two shapes at once: what a plan does for clients of the new one before the swap.
extension Composer {
  var shape: NewShape? { views.isEmpty ? nil : context.newShape }

  /// Refuses what the views could not show: a column that a table gets in the last transaction alone.
  func requireShown() throws {
    let shown = Set(views.map(\.facts.oid))
    for waiting in waiting {
      guard case .addColumn(let add) = waiting.change.operation,
        let table = views.first(where: { $0.isNamed(add.target.table) })?.facts
          ?? context.facts.table(add.target.table), shown.contains(table.oid)
      else { continue }
      throw context.cannotStage(
        waiting.change,
        "the new shape would lack the column until the swap; put the statement before what it depends on, or into a "
          + "migration before")
    }
  }

  /// The views, and the gates with whose words clients get to them.
  func cutoverSteps() -> [(kind: StepKind, body: StepBody)] {
    guard let shape else {
      return result.hooks.isEmpty
        ? [] : [(.cutoverReads, .approval()), (.cutoverWrites, .approval())]
    }
    func grants(_ privileges: [String]) -> StepBody {
      .approval(views.map { $0.grants(privileges, shape) }.planned)
    }
    return [
      (.expandSchema, .segments([views.creation(shape)])),
      (.cutoverReads, grants(["SELECT"])),
      (.cutoverWrites, grants(["SELECT", "INSERT", "UPDATE", "DELETE"])),
    ]
  }

  /// The views go once the tables are like them: their names fall through to those.
  var viewRemovals: [String] { shape.map { shape in views.map { $0.removal(shape) } } ?? [] }
  /// And so do their schemas.
  var schemaRemovals: [String] { shape.map { views.removals(ofSchemas: $0) } ?? [] }
}
