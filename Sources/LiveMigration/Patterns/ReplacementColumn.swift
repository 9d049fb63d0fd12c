internal import Postgres
internal import SchemaChange

/// One column that is replaced by a shadow of another type.
struct ReplacementColumn: Sendable {
  /// The table that declares it.
  var table: TableFacts
  /// The column as it is now.
  let legacy: ColumnFacts
  /// The column as a direct run of the migration leaves it.
  let after: ColumnFacts
  /// The shadow's name.
  let shadow: String
  /// The `USING` expression, or else the column itself.
  let source: String
  let conversion: ConversionFacts
  /// The codecs, where the type stays and only the encoding changes.
  let codec: CodecPair?
  /// What the plan's own objects for this column are called.
  let ownName: String
  /// Whether a later statement of the migration says what the default is.
  var getsDefaultLater = false
  /// How new values become old ones, where clients write the new shape beside the old one.
  var wayBack: WayBack?
  /// How new values become old ones, where the old shape is kept after the swap; `nil` where that was not asked.
  var takenBack: Result<WayBack, NoWayBack>?

  /// The identity that moves to the shadow.
  var carriedIdentity: CarriedIdentity? {
    guard let sequence = legacy.identitySequence, after.identity ?? legacy.identity != nil else {
      return nil
    }
    return CarriedIdentity(
      table: table.name, legacy: legacy.name, shadow: shadow,
      kind: after.identity == legacy.identity ? nil : after.identity, type: after.type,
      own: QualifiedName(schema: sequence.name.schema, name: ownName + "_seq"))
  }

  var column: String { Quoting.identifier(legacy.name) }
  var shadowColumn: String { Quoting.identifier(shadow) }

  /// What the names of all that the plan makes begin with.
  var ownPrefix: String {
    String(ownName.prefix(through: ownName.lastIndex(of: "_") ?? ownName.startIndex))
  }

  /// The value that the shadow must have, as an expression of the new type.
  func converted(in row: String? = nil) throws(RewriteError) -> String {
    let expression =
      if let row { try SQLExpression.qualifyingColumns(source, with: row) } else { source }
    return "(\(expression))::\(after.type)"
  }

  /// The condition that a row's shadow does not have the value that it must have.
  var outOfStep: String {
    get throws(RewriteError) { differ(shadowColumn, try converted()) }
  }

  /// Whether two values of the new type differ, in SQL.
  ///
  /// Some types call different values equal (`1.0` and `1.00`), some have no equality: those are compared by their
  /// bytes, as records are (manual, section 9.24.5).
  func differ(_ left: String, _ right: String) -> String {
    equalityIsIdentity
      ? "\(left) IS DISTINCT FROM \(right)"
      : "ROW(\(left))::record OPERATOR(pg_catalog.*<>) ROW(\(right))::record"
  }

  private var equalityIsIdentity: Bool {
    guard conversion.hasEquality else { return false }
    return after.hasEqualityOfIdentity
      || (after.type == "numeric" && after.collation == nil
        && ["smallint", "integer", "bigint"].contains(legacy.type))
  }

  var backfill: TableBackfill.Assignment {
    TableBackfill.Assignment(column: shadow, expression: source)
  }

  // MARK: - Gates

  var gates: [GateQuery] {
    get throws(RewriteError) {
      var gates: [GateQuery] = []
      if !conversion.cannotFail {
        gates.append(
          gate(
            "every value converts",
            "\(shadowColumn) IS NULL AND \(failsFunction.quoted)(\(table.rowAlias))",
            kind: .converts
          ))
      }
      gates.append(gate("in step", try outOfStep, asksAgain: false))
      // Once writers use the new column the old one may lag behind it, but no row has a value in the old one alone.
      gates.append(gate("filled", "\(shadowColumn) IS NULL AND \(try converted()) IS NOT NULL"))
      if after.notNull {
        // A NOT NULL that somebody has dropped since is none to ask for.
        let stands =
          legacy.notNull ? " AND \(CatalogueBlock.isNotNull(legacy.name, of: table.name))" : ""
        gates.append(gate("no NULL", "\(shadowColumn) IS NULL\(stands)"))
      }
      return gates
    }
  }

  func gate(
    _ what: String, _ condition: String, kind: GateQuery.Kind = .state, asksAgain: Bool = true
  ) -> GateQuery {
    var gate = GateQuery.noRow(
      of: table, as: table.rowAlias, where: condition,
      name: "\(table.name).\(legacy.name): \(what)")
    gate.kind = kind
    gate.isAskedAgain = asksAgain
    return gate
  }
}

extension ColumnFacts {
  /// Whether its type calls no two different values equal.
  var hasEqualityOfIdentity: Bool {
    let exact = [
      "smallint", "integer", "bigint", "text", "boolean", "uuid", "date", "oid", "bytea",
    ]
    return collation == nil
      && (exact.contains(type) || type.hasPrefix("character varying")
        || type.hasPrefix("timestamp"))
  }
}
