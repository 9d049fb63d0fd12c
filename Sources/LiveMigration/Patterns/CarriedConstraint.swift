internal import Postgres
internal import SchemaChange

/// A check or a foreign key that is made anew on a shadow and takes the old one's name in the swap.
struct CarriedConstraint: Sendable {
  /// Added without a scan, then checked while clients go on.
  let segments: [Segment]
  /// Counts the rows that would not satisfy it.
  let gate: GateQuery?
  /// Statements of the swap before all others.
  let detach: [String]
  /// Statements of the swap.
  let swap: [String]

  /// - Parameters:
  ///   - replaced: From the names of replaced columns to their shadows', by table.
  ///   - isPart: Whether the table is a partition, which may be gone.
  init(
    _ facts: ConstraintFacts, of table: TableFacts, shadows: [String: String],
    replaced: [QualifiedName: [String: String]], name: String, isPart: Bool = false
  ) throws(RewriteError) {
    let own = Quoting.identifier(name)
    let renamed = Quoting.identifier(facts.name)
    let referenced = try Self.referenced(facts, in: replaced)
    let definition = try ConstraintDefinition(facts.definition).sql(
      renaming: shadows, table: table.name, notValid: true, referencedColumns: referenced)
    // A key holds on to the column that it references, which goes too.
    detach =
      referenced.isEmpty
      ? [] : ["\(IfThere.alter(table.name, isPart: isPart)) DROP CONSTRAINT \(renamed)"]
    // A key of a partitioned table is only taken where it is checked at once: the leaves get theirs, and in the swap
    // the parent's takes those over without reading a row.
    let isPartitionedKey = facts.kind == .foreignKey && table.kind == .partitioned
    let holders = isPartitionedKey ? table.leaves : [table]
    segments = holders.flatMap { holder in
      let alter = IfThere.alter(holder.name, isPart: isPart || isPartitionedKey)
      let hold = Segment.transaction(
        "hold new rows of \(holder.name) to \(facts.name)",
        ["\(alter) ADD CONSTRAINT \(own) \(definition)"],
        undo: ["\(alter) DROP CONSTRAINT IF EXISTS \(own)"])
      guard facts.validated else { return [hold] }
      return [
        hold,
        .transaction(
          "check \(facts.name) in all rows of \(holder.name)",
          ["\(alter) VALIDATE CONSTRAINT \(own)"]),
      ]
    }
    gate = try Self.gate(facts, table, shadows)
    swap =
      holders.map { holder in
        IfThere.alter(holder.name, isPart: isPart || isPartitionedKey)
          + " RENAME CONSTRAINT \(own) TO \(renamed)"
      }
      + (isPartitionedKey
        ? [
          IfThere.alter(table.name, isPart: isPart)
            + " ADD CONSTRAINT \(renamed) \(facts.definition)"
        ] : [])
      + facts.commentAgain(on: table, isPart: isPart)
  }

  /// The shadows of the columns that a foreign key references; empty for those that stay.
  static func referenced(
    _ facts: ConstraintFacts, in replaced: [QualifiedName: [String: String]]
  ) throws(RewriteError) -> [String: String] {
    guard facts.kind == .foreignKey,
      case .addConstraint(let constraint) = try MigrationParser.changes(adding: facts.definition)
        .first?.operation,
      case .foreignKey(_, let table, let columns) = constraint.kind
    else { return [:] }
    return replaced[table, default: [:]].filter { columns.contains($0.key) }
  }

  private static func gate(
    _ facts: ConstraintFacts, _ table: TableFacts, _ shadows: [String: String]
  ) throws(RewriteError) -> GateQuery? {
    guard facts.validated, facts.kind == .check else { return nil }
    let changes = try MigrationParser.changes(adding: facts.definition)
    guard case .addConstraint(let constraint) = changes.first?.operation,
      case .check(let expression) = constraint.kind
    else { return nil }
    let condition = try SQLExpression.renamingColumns(
      expression, shadows, qualifiedBy: [table.name])
    return .noRow(
      of: table, as: table.name.name, where: "(\(condition)) IS FALSE",
      name: "\(table.name): \(facts.name)")
  }
}

extension MigrationParser {
  /// What a constraint's definition, as the catalogue has it, wants.
  fileprivate static func changes(adding definition: String) throws(RewriteError) -> [Change] {
    let sql = "ALTER TABLE t ADD " + definition
    do {
      return try parse(sql)
    } catch {
      throw .notUnderstood(sql: sql, message: error.message)
    }
  }
}
