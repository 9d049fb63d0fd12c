internal import Postgres
internal import SchemaChange

/// The pattern *volatile default*: a new column in which every row gets a value of its own.
///
/// The column comes empty. A trigger fills the rows that clients insert or touch, the backfill the others; the
/// default, or the identity, takes the trigger's place in the plan's last transaction.
struct VolatileDefault: Sendable {
  let table: TableFacts
  let operation: AddColumn
  /// The name of the sequence of a `serial` column, as the server would choose it.
  let sequence: QualifiedName
  /// The schemas in which the expression's names are looked up.
  let searchPath: [String]
  /// The functions in the default whose results differ from call to call.
  let volatileFunctions: [String]
  /// The server's version, as `server_version_num` writes it.
  let serverVersion: Int
  /// What the plan's own objects for this column are called.
  let ownName: String

  private var column: String { Quoting.identifier(operation.target.column) }
  private var alter: String { "ALTER TABLE \(table.name)" }

  func contribution() -> PhaseContribution {
    var result = PhaseContribution(
      expand: [
        .transaction(
          "add the column \(operation.target.column) to \(table.name)", add,
          undo: ["\(alter) DROP COLUMN IF EXISTS \(column)"]
            + [ownSequence].compactMap(\.self).map { "DROP SEQUENCE IF EXISTS \($0)" })
      ],
      hooks: [hook],
      backfills: [
        TableBackfill(
          table: table.name,
          assignments: [
            TableBackfill.Assignment(
              column: operation.target.column,
              // Another column of the row may be the one that needs work.
              expression: "COALESCE(\(column), (\(value))::\(type))")
          ], condition: "\(column) IS NULL", inOrder: isNumbered)
      ])
    if operation.notNull {
      result +=
        NotNull(
          table: table, column: operation.target.column, name: ownName + "_nn", afterBackfill: true,
          constraint: isNamed ? operation : nil
        ).contribution
    } else {
      result.gates.append(
        .noRow(
          of: table, where: "djogi_row.\(column) IS NULL",
          name: "\(table.name).\(operation.target.column): filled"))
    }
    result.locks = [table.name]
    result.cleanup = hook.remove.map(\.sql) + takeOver
    return result
  }

  /// Whether its `NOT NULL` is a constraint that `SET NOT NULL` would make otherwise.
  private var isNamed: Bool {
    serverVersion >= 180_000 && (operation.notNullName != nil || operation.notNullStays)
  }

  /// Functions whose results have no order.
  private static let orderless: Set = [
    "gen_random_uuid", "uuid_generate_v4", "random", "random_normal", "gen_random_bytes",
    "clock_timestamp",
  ]

  /// Whether a row's value may depend on how many rows got theirs before.
  private var isNumbered: Bool {
    ownSequence != nil || volatileFunctions.isEmpty
      || !Self.orderless.isSuperset(of: volatileFunctions)
  }

  // MARK: - The column

  /// The column's type; a `serial` one stands for an integer (manual, section 8.1.4).
  private var type: String {
    guard operation.isSerial else { return operation.type }
    switch operation.type {
    case "smallserial", "serial2": return "smallint"
    case "bigserial", "serial8": return "bigint"
    default: return "integer"
    }
  }

  private var add: [String] {
    let column = "\(alter) ADD COLUMN \(self.column) \(type)\(operation.keeping)"
    guard let sequence = ownSequence else { return [column] }
    let options = operation.identityOptions.map { " " + $0 } ?? ""
    let create = "CREATE SEQUENCE \(sequence) AS \(type)\(options)"
    guard operation.isSerial else { return [column, create] }
    return [
      column, create, "ALTER SEQUENCE \(sequence) OWNER TO \(Quoting.identifier(table.owner))",
      "ALTER SEQUENCE \(sequence) OWNED BY \(table.name).\(self.column)",
    ]
  }

  /// The sequence that values come from: a serial column's own, or one in the place of an identity's.
  private var ownSequence: QualifiedName? {
    if operation.isSerial { return sequence }
    guard operation.identity != nil else { return nil }
    return QualifiedName(schema: table.name.schema, name: ownName + "_seq")
  }

  /// A row's value.
  private var value: String {
    if let ownSequence { return next(ownSequence) }
    return operation.defaultExpression ?? "NULL"
  }

  private func next(_ sequence: QualifiedName) -> String {
    "pg_catalog.nextval(\(Quoting.literal(sequence.quoted))::pg_catalog.regclass)"
  }

  /// What a direct run leaves on the column.
  private var takeOver: [String] {
    let change = "\(alter) ALTER COLUMN \(column)"
    guard let identity = operation.identity, let own = ownSequence else {
      return ["\(change) SET DEFAULT \(operation.isSerial ? next(sequence) : value)"]
    }
    let kind = identity == .always ? "ALWAYS" : "BY DEFAULT"
    let options = operation.identityOptions.map { " (\($0))" } ?? ""
    let place =
      "\(Quoting.literal(table.name.quoted)), \(Quoting.literal(operation.target.column))"
    return [
      "\(change) ADD GENERATED \(kind) AS IDENTITY\(options)",
      "SELECT setval(pg_get_serial_sequence(\(place)), last_value, is_called) FROM \(own)",
      "DROP SEQUENCE \(own)",
    ]
  }

  // MARK: - The hook

  private var hook: Hook {
    let function = QualifiedName(schema: table.name.schema, name: ownName)
    // Triggers fire in the order of their names: this one sees what the application's own have made of the row.
    let trigger = Quoting.identifier("zzzz_" + ownName)
    let field = "new." + Quoting.field(operation.target.column)
    // A client needs no privilege on a sequence that it does not know of.
    let definer = ownSequence == nil ? "" : " SECURITY DEFINER"
    let path = (searchPath + ["pg_temp"]).map(Quoting.identifier).joined(separator: ", ")
    // A column that bears another name by now stops no client: the gates notice it.
    let body =
      "BEGIN \(field) := \(value); RETURN new; EXCEPTION WHEN undefined_column THEN RETURN new; END"
    var install = [
      """
      CREATE FUNCTION \(function)() RETURNS trigger LANGUAGE plpgsql\(definer) \
      SET search_path = \(path) AS \(Quoting.literal(body))
      """
    ]
    install += HookRights.statements("\(function)()", on: table)
    install.append(
      """
      CREATE TRIGGER \(trigger) BEFORE INSERT OR UPDATE ON \(table.name) FOR EACH ROW \
      WHEN (new.\(column) IS NULL) EXECUTE FUNCTION \(function)()
      """)
    // A replica's apply process fires it too.
    install += IfThere.always(trigger, on: table)
    let remove = [
      "DROP TRIGGER IF EXISTS \(trigger) ON \(table.name)",
      "DROP FUNCTION IF EXISTS \(function)()",
    ]
    return Hook(
      table: table.name, column: operation.target.column, shadow: operation.target.column,
      install: install.planned, preferShadow: [], remove: remove.planned,
      undo: (HookUndo(
        table: table, trigger: "zzzz_" + ownName, functions: [ownName], column: nil
      ).statements + [
        "DROP TRIGGER IF EXISTS \(trigger) ON \(table.name)"
      ]).planned)
  }
}
