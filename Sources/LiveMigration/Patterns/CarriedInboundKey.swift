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

  init(
    _ key: ForeignKeyFacts, onto table: TableFacts, shadows: [String: String], name: String
  ) throws(RewriteError) {
    let own = Quoting.identifier(name)
    let old = Quoting.identifier(key.name)
    let alter = "ALTER TABLE \(key.table)"
    let definition = try ConstraintDefinition(key.definition).sql(
      notValid: true, referencedColumns: shadows)
    var segments = [
      Segment.transaction(
        "hold new rows of \(key.table) to the new \(key.name)",
        ["\(alter) ADD CONSTRAINT \(own) \(definition)"],
        undo: ["\(alter) DROP CONSTRAINT IF EXISTS \(own)"])
    ]
    if key.validated {
      segments.append(
        .transaction(
          "check \(key.name) in all rows of \(key.table)",
          ["\(alter) VALIDATE CONSTRAINT \(own)"]))
    }
    self.segments = segments
    detach = ["\(alter) DROP CONSTRAINT \(old)"]
    var swap = ["\(alter) RENAME CONSTRAINT \(own) TO \(old)"]
    if let comment = key.comment {
      swap.append("COMMENT ON CONSTRAINT \(old) ON \(key.table) IS \(Quoting.literal(comment))")
    }
    self.swap = swap
  }
}
