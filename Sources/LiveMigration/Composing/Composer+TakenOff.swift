internal import Postgres
internal import SchemaChange

/// What a migration takes off, and puts on again, around the change of a column's type.
extension Composer {
  /// The shadows of replaced columns, for every table.
  var replaced: [QualifiedName: [String: String]] { replacements.mapValues(\.shadows) }

  /// Handles the drop of what hangs on a replaced column, which no replacement carries; `false` for any other change.
  mutating func addTakenOff(_ change: Change, at index: Int) throws -> Bool {
    switch change.operation {
    case .dropConstraint(let name, let constraint, let cascade):
      guard let table = context.facts.table(name),
        let facts = table.constraints.first(where: { $0.name == constraint })
      else { return false }
      free(constraint, of: table)
      guard try isOverReplaced(facts, of: table) else { return false }
      if cascade { try requireNoCarriedKey(onto: table, change) }
      // Before the swap: it drops the legacy column and everything over it.
      result.detach.append(change.sql)
      result.locks.insert(table.name)
      return true
    case .dropIndex(let names, _):
      guard let name = names.first, let index = context.facts.table(name),
        let table = index.indexTable.flatMap({ context.facts.table($0) ?? owner(of: index.name) })
      else { return false }
      free(index.name.name, of: table)
      for part in table.indexes(below: index.name) { free(part.name, of: table) }
      guard index.kind == .partitionedIndex, let replacement = replacements[table.name],
        let facts = table.indexes.first(where: { $0.name == index.name }),
        replacement.touches(facts.columns)
      else { return false }
      result.detach.append(change.sql)
      return true
    case .other(let other) where other.kind == .renameObject:
      guard let facts = other.relation.flatMap(context.facts.table) else { return false }
      // The index that serves a constraint is renamed with it.
      free(other.part ?? facts.name.name, of: facts)
      return false
    default: return false
    }
  }

  /// The table that an index is on, among those that the migration names.
  private func owner(of index: QualifiedName) -> TableFacts? {
    context.facts.tables.values.first { table in table.indexes.contains { $0.name == index } }
  }

  private func isOverReplaced(_ facts: ConstraintFacts, of table: TableFacts) throws -> Bool {
    if replacements[table.name]?.touches(facts.columns) == true { return true }
    return try !CarriedConstraint.referenced(facts, in: replaced).isEmpty
  }

  private func requireNoCarriedKey(onto table: TableFacts, _ change: Change) throws {
    guard let replacement = replacements[table.name],
      let key = replacement.table.inboundForeignKeys.first(where: {
        replacement.touches($0.referencedColumns)
      })
    else { return }
    throw context.cannotStage(
      change,
      "its CASCADE would drop the key \(key.name) of \(key.table) too, which the plan carries over; "
        + "drop that key by a statement of its own before")
  }

  /// Whether a drop goes before the swap although the swap is planned already: the swap drops columns, and what is
  /// dropped may hang on them.
  ///
  /// As long as no swap is planned the order of the file does that.
  func detachesFirst(_ change: Change, at index: Int) -> Bool {
    guard cause(of: change, at: index) == nil else { return false }
    switch change.operation {
    case .drop(let drop):
      let relation = drop.relation.flatMap(context.facts.table)
      guard !staged.isEmpty || relation.map({ replacements[$0.name] != nil }) == true,
        !waiting.contains(where: { $0.change.operation.makesPart(of: relation, context.facts) })
      else { return false }
      let kinds: Set<ObjectType> = [
        .view, .materializedView, .function, .procedure, .routine, .rule, .trigger, .policy,
      ]
      return kinds.contains(drop.objectType)
    case .dropColumn(let target, _):
      guard let table = context.facts.table(target.table), replacements[table.name] != nil
      else { return false }
      return table.column(target.column)?.isGenerated == true
    default: return false
    }
  }

  /// Whether a materialized view takes the place of one that the plan's last transaction drops: readers find one or
  /// the other, and the transaction's budget ends a query that takes too long.
  func isMadeAgain(_ change: Change) -> Bool {
    guard case .other(let other) = change.operation, other.kind == .createMaterializedView,
      let view = other.relation
    else { return false }
    return waiting.contains { earlier in
      guard case .drop(let drop) = earlier.change.operation else { return false }
      return drop.objectType == .materializedView && drop.names.contains(view)
    }
  }

  /// Adds a check or a foreign key over, or onto, a column whose type the migration changes: it is made on the shadow.
  mutating func addOnShadow(
    _ constraint: AddConstraint, _ table: TableFacts, _ change: Change, at index: Int
  ) throws {
    let name = name(of: constraint, table)
    let own = context.ownName("a\(index)_\(ObjectNames.clip(name, 20))")
    let shadows = replacements[table.name]?.shadows ?? [:]
    var facts = ConstraintFacts(
      name: name, kind: .check, columns: constraint.columns, definition: constraint.definition,
      validated: !constraint.notValid)
    if case .foreignKey(let columns, let references, let referenced) = constraint.kind {
      guard table.kind != .partitioned else {
        throw context.cannotStage(
          change,
          "the table is partitioned and a column of the key changes its type; "
            + "add the key in a migration after")
      }
      let target = context.facts.table(references)?.name ?? references
      facts.kind = .foreignKey
      facts.definition = try ConstraintDefinition(constraint.definition).sql(
        referencing: target, withColumns: referenced)
      result.locks.insert(target)
      var onShadows = constraint
      onShadows.kind = .foreignKey(
        columns: columns.map { shadows[$0] ?? $0 }, references: target,
        referencedColumns: referenced.map { replaced[target]?[$0] ?? $0 })
      if facts.validated {
        result.gates +=
          TwoPhaseValidation(table: table, constraint: onShadows, name: name)
          .contribution.gates
      }
    }
    let carried = try CarriedConstraint(
      facts, of: table, shadows: shadows, replaced: replaced, name: own, isNew: true)
    result.gates += [carried.gate].compactMap(\.self)
    result.finalize += carried.segments
    result.locks.insert(table.name)
    result.cleanup += carried.swap
    held[table.name, default: [:]][name] = own
    wait(change, at: index)
  }
}

extension SchemaOperation {
  /// Whether it makes a trigger, a rule or a policy of a table, which may be the one that is dropped.
  fileprivate func makesPart(of relation: TableFacts?, _ facts: CatalogueFacts) -> Bool {
    guard case .other(let other) = self, let relation,
      [.createTrigger, .createRule, .policy].contains(other.kind)
    else { return false }
    return other.relation.flatMap(facts.table)?.oid == relation.oid
  }
}
