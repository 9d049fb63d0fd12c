internal import Postgres
internal import SchemaChange

/// The trigger that keeps a column and its shadow in step, and its functions.
extension ReplacementColumn {
  var function: QualifiedName { QualifiedName(schema: table.name.schema, name: ownName) }
  /// Says whether a row's value does not convert; for conversions that can fail.
  var failsFunction: QualifiedName {
    QualifiedName(schema: table.name.schema, name: ownName + "_fails")
  }
  /// Triggers fire in the order of their names: this one sees what the application's own have made of the row.
  var triggerName: String { "zzzz_" + ownName }
  var trigger: String { Quoting.identifier(triggerName) }

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
    var statements = takeDefault + [try hookFunction(shadowWins: shadowWins)]
    statements += HookRights.statements("\(function)()", on: table)
    statements.append(
      """
      CREATE TRIGGER \(trigger) BEFORE INSERT OR UPDATE ON \(table.name) FOR EACH ROW \
      WHEN (\(try needsHook)) EXECUTE FUNCTION \(function)()
      """)
    // A replica's apply process and a chunk that silences the application's triggers fire it too.
    statements += IfThere.always(trigger, on: table)
    if !conversion.cannotFail {
      statements.append(try failsFunctionDefinition())
      statements += HookRights.statements("\(failsFunction)(\(table.name))", on: table)
    }
    return statements
  }

  /// The rows in which clients wrote a new value that the old column does not have.
  var ahead: GateQuery {
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
  var needsHook: String {
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
  var sources: [String] {
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
  var pinned: String { pinned(nil) }

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
