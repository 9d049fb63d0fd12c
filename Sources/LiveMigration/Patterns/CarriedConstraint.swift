internal import Postgres
internal import SchemaChange

/// A check or a foreign key that is made anew on a shadow and takes the old one's name in the swap.
struct CarriedConstraint: Sendable {
  /// Added without a scan, then checked while clients go on.
  let segments: [Segment]
  /// Counts the rows that would not satisfy it.
  let gate: GateQuery?
  /// The same for a foreign key, which is asked where its rows may have lost what they reference.
  private let orphans: GateQuery?
  /// Statements of the swap before all others.
  let detach: [String]
  /// Statements of the swap while the old one is still there, if it is.
  let dress: [String]
  /// Statements of the swap once the columns have changed places.
  private(set) var swap: [String]

  /// - Parameters:
  ///   - replaced: From the names of replaced columns to their shadows', by table.
  ///   - names: What tables and columns are called meanwhile, where they are renamed.
  ///   - root: The table that it is a partition of, which may be gone; `nil` where it is none.
  ///   - isNew: Whether the migration adds it, so that no old one is there.
  init(
    _ facts: ConstraintFacts, of table: TableFacts, shadows: [String: String],
    replaced: [QualifiedName: [String: String]], names: FollowedNames? = nil, name: String,
    root: TableFacts? = nil, isNew: Bool = false
  ) throws(RewriteError) {
    let isPart = root != nil
    let own = Quoting.identifier(name)
    let renamed = Quoting.identifier(facts.name)
    let referenced = try Self.referenced(facts, in: replaced)
    let target = try Self.referencedTable(facts).flatMap { names?.former($0.name) }
    let definition = try ConstraintDefinition(facts.definition).sql(
      renaming: shadows, table: table.name, notValid: true,
      referencing: target.flatMap { names?.name(of: $0) },
      referencedColumns: (target.flatMap { names?.columns(of: $0) } ?? [:])
        .merging(referenced) { $1 })
    // A key of a partitioned table is only taken where it is checked at once: the leaves get theirs, and in the swap
    // the parent's takes those over without reading a row.
    let isPartitionedKey = facts.kind == .foreignKey && table.kind == .partitioned
    let holders = isPartitionedKey ? table.leaves : [table]
    // What was dropped since the plan was made is not put on again.
    let stands =
      (isNew ? [] : [CatalogueBlock.hasConstraint(facts.name, on: table.name)])
      + (root.map { [CatalogueBlock.isPart(table.name, of: $0.name)] } ?? [])
    segments = holders.flatMap { holder in
      let isPart = isPart || isPartitionedKey
      let alter = IfThere.alter(holder.name, isPart: isPart)
      let hold = Segment.transaction(
        "hold new rows of \(holder.name) to \(facts.name)",
        [
          IfThere.run(
            "\(alter) ADD CONSTRAINT \(own) \(definition)",
            when: stands
              + (holder.oid == table.oid
                ? [] : [CatalogueBlock.isPart(holder.name, of: table.name)])
          )
        ],
        undo: ["\(alter) DROP CONSTRAINT IF EXISTS \(own)"])
      guard facts.validated else { return [hold] }
      return [
        hold,
        .transaction(
          "check \(facts.name) in all rows of \(holder.name)",
          [
            IfThere.run(
              "\(alter) VALIDATE CONSTRAINT \(own)",
              when: [CatalogueBlock.hasConstraint(name, on: holder.name)])
          ]),
      ]
    }
    gate = try Self.gate(facts, table, shadows, root: root, stands: stands)
    orphans =
      facts.kind == .foreignKey && facts.validated && !isPart
      ? try Self.orphans(definition, facts.name, of: table, stands: stands) : nil
    let known = ConstraintMemory(own: name, old: facts.name, table: table.name)
    let dressing =
      isNew
      ? []
      : [
        known.remember,
        ConstraintDress(
          old: facts.name, table: table.name, own: name, holders: holders.map(\.name)
        ).statement,
      ]
    // A key holds on to the column that it references, which goes too.
    dress = referenced.isEmpty ? dressing : []
    detach =
      referenced.isEmpty
      ? []
      : dressing + [
        "\(IfThere.alter(table.name, isPart: true)) DROP CONSTRAINT IF EXISTS \(renamed)"
      ]
    swap = holders.map { holder in
      IfThere.run(
        "ALTER TABLE \(holder.name) RENAME CONSTRAINT \(own) TO \(renamed)",
        when: [CatalogueBlock.hasConstraint(name, on: holder.name)]
          + (holder.oid == table.oid ? [] : [CatalogueBlock.isPart(holder.name, of: table.name)]))
    }
    if isPartitionedKey {
      swap.append(
        IfThere.run(
          IfThere.alter(table.name, isPart: isPart)
            + " ADD CONSTRAINT \(renamed) \(facts.definition)",
          when: isNew ? [] : [known.wasThere]))
      swap += isNew ? facts.commentAgain(on: table, when: []) : [known.commentAgain(as: facts.name)]
    } else if isNew {
      swap += facts.commentAgain(on: table, isPart: isPart)
    }
  }

  /// What is asked before it is made once more.
  var looks: [GateQuery] { [gate, orphans].compactMap(\.self) }

  private static func orphans(
    _ definition: String, _ name: String, of table: TableFacts, stands: [String]
  ) throws(RewriteError) -> GateQuery? {
    guard
      case .addConstraint(let key) = try MigrationParser.changes(adding: definition).first?
        .operation
    else { return nil }
    let validation = TwoPhaseValidation(table: table, constraint: key, name: name)
    var gate = validation.contribution.gates.first
    if let query = gate?.query, !stands.isEmpty {
      gate?.query =
        "SELECT CASE WHEN \(stands.joined(separator: " AND ")) THEN (\(query)) ELSE 0 END"
    }
    return gate
  }

  /// The shadows of the columns that a foreign key references; empty for those that stay.
  static func referenced(
    _ facts: ConstraintFacts, in replaced: [QualifiedName: [String: String]]
  ) throws(RewriteError) -> [String: String] {
    guard let key = try referencedTable(facts) else { return [:] }
    return replaced[key.name, default: [:]].filter { key.columns.contains($0.key) }
  }

  /// What a foreign key references.
  private static func referencedTable(
    _ facts: ConstraintFacts
  ) throws(RewriteError) -> (name: QualifiedName, columns: [String])? {
    guard facts.kind == .foreignKey,
      case .addConstraint(let constraint) = try MigrationParser.changes(adding: facts.definition)
        .first?.operation,
      case .foreignKey(_, let table, let columns) = constraint.kind
    else { return nil }
    return (table, columns)
  }

  private static func gate(
    _ facts: ConstraintFacts, _ table: TableFacts, _ shadows: [String: String], root: TableFacts?,
    stands: [String]
  ) throws(RewriteError) -> GateQuery? {
    guard facts.validated, facts.kind == .check else { return nil }
    let changes = try MigrationParser.changes(adding: facts.definition)
    guard case .addConstraint(let constraint) = changes.first?.operation,
      case .check(let expression) = constraint.kind
    else { return nil }
    let condition = try SQLExpression.renamingColumns(
      expression, shadows, qualifiedBy: [table.name])
    // A partition that is gone, or was detached, has no row of the table.
    let isHere = root.map { _ in
      "\(Quoting.identifier(table.name.name)).tableoid IN "
        + "(SELECT relid FROM pg_catalog.pg_partition_tree(\(CatalogueBlock.relation(table.name))))"
    }
    return .noRow(
      of: root ?? table, as: table.name.name,
      where: ([isHere, "(\(condition)) IS FALSE"].compactMap(\.self) + stands)
        .joined(separator: " AND "),
      name: "\(table.name): \(facts.name)", looksElsewhere: root != nil)
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
