internal import Postgres
internal import SchemaChange

/// The changes of the file that takes a migration back.
struct WayDown: Sendable {
  /// None where there is no such file.
  var changes: [Change] = []

  /// The type change that takes another one back, by any name that column and table bear on the way.
  ///
  /// - Parameter migration: The changes that are taken back.
  func taking(back change: AlterColumnType, among migration: [Change]) -> AlterColumnType? {
    var (tables, columns) = ([change.target.table.name], [change.target.column])
    for other in migration {
      switch other.operation {
      case .renameTable(let name, let new) where tables.last == name.name: tables.append(new)
      case .renameColumn(let column, let new)
      where tables.contains(column.table.name) && columns.last == column.column:
        columns.append(new)
      default: break
      }
    }
    return changes.lazy.compactMap { change in
      if case .alterColumnType(let alter) = change.operation { alter } else { nil }
    }.first { columns.contains($0.target.column) && tables.contains($0.target.table.name) }
  }
}

/// What a plan needs that shows its tables in their new shape, beside the old one, until the swap.
struct NewShape: Sendable {
  /// What the names of the views' schemas end with: `v20260428000000`.
  let suffix: String

  init(of version: MigrationVersion) {
    let number = version.number.map { $0.isLetter || $0.isNumber ? $0 : "_" }
    suffix = "v" + String(number)
  }

  /// The schema of the views of another schema's tables.
  func schema(of name: QualifiedName) -> String { "\(name.schema ?? "public")_\(suffix)" }
}

extension Change {
  /// Whether a view can show what it changes before it is made: clients of the old shape need not see it yet.
  var isShownByView: Bool {
    switch operation {
    case .renameColumn, .renameTable, .dropColumn: true
    case .other(let other): other.kind == .setSchema && other.relation != nil
    default: false
    }
  }
}

extension Verdict {
  /// The verdict where views show the new names while the old ones are still there.
  var besideNewShape: Verdict {
    guard change.isShownByView else { return self }
    var verdict = self
    verdict.warnings = warnings.map { warning in
      guard [.renameBreaksClients, .setSchemaBreaksClients].contains(warning.rule) else {
        return warning
      }
      return Warning(
        rule: warning.rule,
        message: "clients have both names until the swap, and the new one alone after it")
    }
    return verdict
  }
}

/// The tables of a migration as it leaves them.
struct ShapeViews {
  let context: PlanningContext
  let shape: NewShape
  private var tables: [UInt32: ShapeView] = [:]
  private var order: [UInt32] = []

  /// Follows the changes of a migration.
  ///
  /// - Throws: `EngineError.cannotStage` where clients could not write through a view.
  init(
    _ changes: [Change], replacements: [QualifiedName: TableReplacement],
    _ context: PlanningContext, _ shape: NewShape
  ) throws {
    (self.context, self.shape) = (context, shape)
    for change in changes { try follow(change, replacements) }
  }

  /// The views of tables that end in another shape.
  var views: [ShapeView] { order.compactMap { tables[$0] }.filter(\.isChanged) }

  private func identifier(of name: QualifiedName) -> UInt32? {
    // The name may be one that the table had, or has since.
    if let oid = context.facts.table(name)?.oid, tables[oid]?.isNamed(name) ?? true { return oid }
    return tables.first { $0.value.isNamed(name) }?.key
  }

  private mutating func change(
    _ name: QualifiedName, _ body: (inout ShapeView) throws -> Void
  ) rethrows {
    guard let oid = identifier(of: name) else { return }
    if tables[oid] == nil {
      guard let facts = context.facts.table(name), [.table, .partitioned].contains(facts.kind)
      else { return }
      tables[oid] = ShapeView(facts: facts)
      order.append(oid)
    }
    if var view = tables[oid] {
      try body(&view)
      tables[oid] = view
    }
  }

  private mutating func follow(
    _ change: Change, _ replacements: [QualifiedName: TableReplacement]
  ) throws {
    switch change.operation {
    case .alterColumnType(let alter):
      self.change(alter.target.table) { view in
        guard let shadow = replacements[view.facts.name]?.shadows[alter.target.column] else {
          return
        }
        view.replace(alter.target.column, by: shadow)
      }
    case .renameColumn(let column, let new):
      self.change(column.table) { $0.rename(column.column, to: new) }
    case .dropColumn(let column, _):
      let context = context
      try self.change(column.table) { view in
        if let facts = view.facts.column(view.present(column.column)), facts.mustBeGiven {
          throw context.cannotStage(
            change,
            "an INSERT of the new shape would have no value for \(Quoting.identifier(column.column)), which is NOT NULL "
              + "without a default until the swap; give it a default, or drop its NOT NULL, in a migration before"
          )
        }
        view.drop(column.column)
      }
    case .columnDefault(let column, let expression?):
      self.change(column.table) { $0.setDefault(of: column.column, to: expression) }
    case .renameTable(let name, let new): self.change(name) { $0.name.name = new }
    case .other(let other) where other.kind == .setSchema:
      if let name = other.relation, let schema = other.detail {
        self.change(name) { $0.name.schema = schema }
      }
    default: break
    }
  }
}
