internal import Postgres
internal import SchemaChange

/// Constraints that a migration adds `NOT VALID` and validates itself.
extension Composer {
  /// Adds a constraint `NOT VALID` at once, although other statements wait, so that its check does not have to wait
  /// for the plan's last transaction; `false` where it needs something that only that brings.
  mutating func hold(
    _ constraint: AddConstraint, _ change: Change, at index: Int
  ) throws -> Bool {
    guard let table = context.facts.table(constraint.table), !constraint.columns.isEmpty,
      constraint.columns.allSatisfy({ table.column($0) != nil }),
      !isLate(constraint.columns, table), !needsLater(constraint),
      cause(of: change, at: index) == nil
    else { return false }
    let name = name(of: constraint, table)
    let own = isFreed(name, of: table) ? context.ownName("h\(index)") : name
    let alter = "ALTER TABLE \(table.name)"
    let (current, final) = (Quoting.identifier(own), Quoting.identifier(name))
    result.expand.append(
      .transaction(
        "hold new rows of \(table.name) to \(name)",
        ["\(alter) ADD CONSTRAINT \(current) \(constraint.definition) NOT VALID"],
        undo: ["\(alter) DROP CONSTRAINT IF EXISTS \(current)"]))
    held[table.name, default: [:]][name] = own
    if own != name {
      result.locks.insert(table.name)
      result.cleanup.append("\(alter) RENAME CONSTRAINT \(current) TO \(final)")
      wait(change, at: index)
    }
    return true
  }

  /// Whether a constraint may need something that a statement before it brings in the last transaction.
  private func needsLater(_ constraint: AddConstraint) -> Bool {
    switch constraint.kind {
    case .foreignKey(_, let references, _):
      return referencesNewKey(constraint) || context.facts.table(references) == nil
    case .check: return false
    default: return true
    }
  }

  /// Validates a constraint of the migration's own; `false` for one that was there before.
  mutating func validateOwn(
    _ name: String, of table: QualifiedName, _ change: Change
  ) throws -> Bool {
    guard let table = context.facts.table(table) else { return false }
    if let own = held[table.name]?[name] {
      result.finalize.append(
        .transaction(
          "check \(name) in all rows",
          ["ALTER TABLE \(table.name) VALIDATE CONSTRAINT \(Quoting.identifier(own))"]))
      return true
    }
    if early.contains(name) {
      // Taking the constraint itself back is enough.
      result.finalize.append(segment(change))
      return true
    }
    let isOld = table.constraints.contains { $0.name == name } && !isFreed(name, of: table)
    guard !isOld, table.hasRows else { return false }
    throw context.cannotStage(
      change,
      "the constraint comes with the plan's last transaction, where the check of every row would block "
        + "all clients; validate it in a migration after")
  }

  /// Whether an operation references columns that only this plan makes a key of.
  func referencesNewKey(_ operation: SchemaOperation) -> Bool {
    switch operation {
    case .createTable(let create):
      create.references.contains { keyed.contains(context.facts.table($0)?.name ?? $0) }
    case .addColumn(let column): column.constraints.contains(where: referencesNewKey)
    case .addConstraint(let constraint): referencesNewKey(constraint)
    default: false
    }
  }
}
