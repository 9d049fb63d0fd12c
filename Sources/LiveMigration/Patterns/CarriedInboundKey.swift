internal import Postgres
internal import SchemaChange

/// A foreign key of another table onto a replaced column: it is made anew onto the shadow, and checked, while the old
/// one stands, and takes the old one's name in the swap.
struct CarriedInboundKey: Sendable {
  /// Added without a scan, then checked while clients go on.
  let segments: [Segment]
  /// Statements of the swap before all others: the old key holds on to the legacy column.
  let detach: [String]
  /// Statements of the swap.
  let swap: [String]

  /// - Parameter names: What tables and columns are called meanwhile, where they are renamed.
  init(
    _ key: ForeignKeyFacts, onto table: TableFacts, shadows: [String: String],
    names: FollowedNames? = nil, name: String
  ) throws(RewriteError) {
    var key = key
    let holder = names?.former(key.table)
    if let holder, let names { key.table = names.name(of: holder) }
    let own = Quoting.identifier(name)
    let old = Quoting.identifier(key.name)
    let alter = "ALTER TABLE \(key.table)"
    let definition = try ConstraintDefinition(key.definition).sql(
      renaming: holder.flatMap { names?.columns(of: $0) } ?? [:], notValid: true,
      referencing: names == nil ? nil : table.name, referencedColumns: shadows)
    // What was dropped since the plan was made is not put on again.
    let stands = CatalogueBlock.hasConstraint(key.name, on: key.table)
    let isThere = CatalogueBlock.hasConstraint(name, on: key.table)
    var segments = [
      Segment.transaction(
        "hold new rows of \(key.table) to the new \(key.name)",
        [IfThere.run("\(alter) ADD CONSTRAINT \(own) \(definition)", when: [stands])],
        undo: ["ALTER TABLE IF EXISTS \(key.table) DROP CONSTRAINT IF EXISTS \(own)"])
    ]
    if key.validated {
      segments.append(
        .transaction(
          "check \(key.name) in all rows of \(key.table)",
          [IfThere.run("\(alter) VALIDATE CONSTRAINT \(own)", when: [isThere])]))
    }
    self.segments = segments
    detach = [
      ConstraintDress(old: key.name, table: key.table, own: name, holders: [key.table]).statement,
      "ALTER TABLE IF EXISTS \(key.table) DROP CONSTRAINT IF EXISTS \(old)",
    ]
    swap = [IfThere.run("\(alter) RENAME CONSTRAINT \(own) TO \(old)", when: [isThere])]
  }
}
