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

  private var column: String { Quoting.identifier(legacy.name) }
  private var shadowColumn: String { Quoting.identifier(shadow) }

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

  private func gate(
    _ what: String, _ condition: String, kind: GateQuery.Kind = .state, asksAgain: Bool = true
  ) -> GateQuery {
    var gate = GateQuery.noRow(
      of: table, as: table.rowAlias, where: condition,
      name: "\(table.name).\(legacy.name): \(what)")
    gate.kind = kind
    gate.isAskedAgain = asksAgain
    return gate
  }

  // MARK: - The hook

  private var function: QualifiedName { QualifiedName(schema: table.name.schema, name: ownName) }
  /// Says whether a row's value does not convert; for conversions that can fail.
  private var failsFunction: QualifiedName {
    QualifiedName(schema: table.name.schema, name: ownName + "_fails")
  }
  /// Triggers fire in the order of their names: this one sees what the application's own have made of the row.
  private var triggerName: String { "zzzz_" + ownName }
  private var trigger: String { Quoting.identifier(triggerName) }

  /// What the legacy column has beside its type.
  var dress: ColumnDress {
    ColumnDress(table: table.name, legacy: legacy.name, shadow: shadow)
  }

  /// What the swap asks before it drops the legacy column.
  var swapGuard: SwapGuard { SwapGuard(column: self, trigger: trigger) }

  func hook() throws(RewriteError) -> Hook {
    let collation = after.collation.map { " COLLATE " + $0 } ?? ""
    let install =
      [
        "ALTER TABLE \(table.name) ADD COLUMN \(shadowColumn) \(after.type)\(collation)",
        // Who may read the one may read the other: `SELECT *` of a client with rights on columns goes on working.
        dress.grants,
      ] + (try synchronization(shadowWins: false))
    return Hook(
      table: table.name, column: legacy.name, shadow: shadow,
      codec: codec.map { Hook.Codec(from: "\($0.from)", to: "\($0.to)") },
      types: Hook.Types(from: legacy.type, to: after.type),
      install: install.planned, preferShadow: [try hookFunction(shadowWins: true)].planned,
      remove: hookRemoval.planned,
      undo: (HookUndo(
        table: table, trigger: triggerName, functions: [function.name, failsFunction.name],
        column: shadow
      ).statements + [
        "ALTER TABLE IF EXISTS \(table.name) DROP COLUMN IF EXISTS \(shadowColumn)"
      ]).planned, ahead: try ahead)
  }

  /// The statements that drop trigger and functions.
  var hookRemoval: [String] {
    [
      "DROP TRIGGER IF EXISTS \(trigger) ON \(table.name)",
      "DROP FUNCTION IF EXISTS \(function)()",
    ] + (conversion.cannotFail ? [] : ["DROP FUNCTION IF EXISTS \(failsFunction)(\(table.name))"])
  }

  /// The statements that keep both columns in step, once they are there.
  func synchronization(shadowWins: Bool) throws(RewriteError) -> [String] {
    var statements = [try hookFunction(shadowWins: shadowWins)]
    statements += HookRights.statements("\(function)()", on: table)
    statements.append(
      """
      CREATE TRIGGER \(trigger) BEFORE INSERT OR UPDATE ON \(table.name) FOR EACH ROW \
      WHEN (\(try needsHook)) EXECUTE FUNCTION \(function)()
      """)
    // A replica's apply process and a chunk that silences the application's triggers fire it too.
    statements += table.tree.map { node in
      IfThere.alter(node.name, isPart: node.oid != table.oid) + " ENABLE ALWAYS TRIGGER \(trigger)"
    }
    if !conversion.cannotFail {
      statements.append(try failsFunctionDefinition())
      statements += HookRights.statements("\(failsFunction)(\(table.name))", on: table)
    }
    return statements
  }

  /// The rows in which clients wrote a new value that the old column does not have.
  private var ahead: GateQuery {
    get throws(RewriteError) {
      let differs =
        conversion.cannotFail
        ? try outOfStep
        : "CASE WHEN \(failsFunction.quoted)(\(table.rowAlias)) THEN true ELSE \(try outOfStep) END"
      return gate(
        "new values that the old column does not hold",
        "\(shadowColumn) IS NOT NULL AND \(differs)",
        asksAgain: false)
    }
  }

  /// A row in step costs a comparison and no function call.
  ///
  /// A conversion that can fail must not stand here, where nothing could catch its error, and neither must one that
  /// depends on the client's settings. What the function reads is named in any case: the server then refuses to drop
  /// such a column while the hook is there, instead of letting every write of a client fail.
  private var needsHook: String {
    get throws(RewriteError) {
      guard conversion.cannotFail, conversion.isImmutable else {
        let read = try (sources + [shadow]).map { "new." + Quoting.field($0) }
        return "current_setting('djogi.live_migrate.suppress_events', true) IS DISTINCT FROM '1' "
          + "AND pg_catalog.num_nulls(\(read.joined(separator: ", "))) >= 0"
      }
      return differ("new." + Quoting.field(shadow), try converted(in: "new"))
    }
  }

  /// The columns that the new value is made of.
  private var sources: [String] {
    get throws(RewriteError) { try SQLExpression.columns(in: source).sorted() }
  }

  /// The hook itself.
  ///
  /// The side that a statement changed wins; when both were, `shadowWins` decides. A row of which neither was changed
  /// is put in step; where writers use the shadow it is filled only, for the legacy may lag behind what they wrote. A
  /// column that bears another name by now stops no client: the gates notice it.
  private func hookFunction(shadowWins: Bool) throws(RewriteError) -> String {
    func changed(_ column: String) -> String {
      let field = Quoting.field(column)
      return "ROW(new.\(field))::record OPERATOR(pg_catalog.*<>) ROW(old.\(field))::record"
    }
    let sources = try sources
    let legacyChanged =
      sources.isEmpty ? "false" : sources.map(changed).joined(separator: " OR ")
    let field = "new.\(Quoting.field(shadow))"
    let keep =
      shadowWins
      ? "(tg_op = 'INSERT' AND \(field) IS NOT NULL)"
        + " OR (tg_op = 'UPDATE' AND (\(changed(shadow))"
        + " OR (NOT (\(legacyChanged)) AND \(field) IS NOT NULL)))"
      : "tg_op = 'UPDATE' AND NOT (\(legacyChanged)) AND \(changed(shadow))"
    let assignment = "\(field) := \(try SQLExpression.qualifyingColumns(source, with: "new"));"
    let unchanged = "tg_op = 'UPDATE' AND NOT (\(legacyChanged))"
    let value = conversion.cannotFail ? assignment : guarded(assignment, unless: unchanged)
    if let wayBack {
      return definition(
        of: try twoWayBody(
          wayBack, assignment: value, legacyChanged: legacyChanged, shadowChanged: changed(shadow),
          differs: differ(field, try converted(in: "new")), shadowWins: shadowWins))
    }
    return definition(
      of: """
        BEGIN
          IF \(keep) THEN
            RETURN new;
          END IF;
          \(value)
          RETURN new;
        EXCEPTION WHEN undefined_column THEN
          RETURN new;
        END
        """)
  }

  private func definition(of body: String) -> String {
    """
    CREATE OR REPLACE FUNCTION \(function)() RETURNS trigger LANGUAGE plpgsql\(pinned) \
    AS \(Quoting.literal(body))
    """
  }

  /// A client's write never fails because of the plan: what does not convert stays empty, and the gate reports it.
  ///
  /// A row whose legacy value stays keeps what it has: that it does not convert now may be the client's lack of rights.
  private func guarded(_ assignment: String, unless isUnchanged: String) -> String {
    """
    BEGIN
          \(assignment)
        EXCEPTION WHEN OTHERS THEN
          IF NOT (\(isUnchanged)) THEN
            new.\(Quoting.field(shadow)) := NULL;
          END IF;
        END;
    """
  }

  private func failsFunctionDefinition() throws(RewriteError) -> String {
    let body = """
      DECLARE
        value \(after.type);
      BEGIN
        value := \(try SQLExpression.qualifyingColumns(source, with: "checked"));
        RETURN false;
      EXCEPTION WHEN OTHERS THEN
        RETURN true;
      END
      """
    return """
      CREATE FUNCTION \(failsFunction)(checked \(table.name)) RETURNS boolean LANGUAGE plpgsql STABLE\
      \(pinned) AS \(Quoting.literal(body))
      """
  }

  /// The settings that make the function mean in every client's session what it meant when the plan was made.
  private var pinned: String { pinned(nil) }

  /// The same for a function that reads other settings as well.
  func pinned(_ settings: [ConversionFacts.Setting]?) -> String {
    let path = (conversion.searchPath + ["pg_temp"]).map(Quoting.identifier).joined(separator: ", ")
    let own = conversion.settings.isEmpty ? wayBack?.settings ?? [] : conversion.settings
    return " SET search_path = \(path)"
      + (own.isEmpty ? settings ?? [] : own).map {
        " SET \(Quoting.identifier($0.name)) = \(Quoting.literal($0.value))"
      }.joined()
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
