public import Postgres

/// How a value of a new column's type becomes one of the old column's.
public struct WayBack: Sendable, Hashable {
  /// An expression of the old type over the new value, which bears ``column``'s name.
  public var expression: String
  /// What the expression calls the new value.
  public var column: String
  /// Whether every value of the new type has one of the old type.
  public var isTotal: Bool
  /// Whether the author of the migration wrote it down, in the file that takes the change back.
  public var isWritten: Bool
  /// The settings that the expression may read, as they are in the planning session.
  public var settings: [ConversionFacts.Setting]
  /// What the old column's default becomes, as a literal of the new type; `nil` where the default is computed for each
  /// row, or there is none.
  public var newDefault: String?
}

/// Why a new value has no way back.
public struct NoWayBack: Error, Sendable, Hashable {
  /// The reason, in a sentence.
  public let reason: String
}

/// Asks the server how values of a new column's type become values of the old column's.
public enum WayBackProbe {
  /// How many rows of the table are taken there and back.
  private static let sampleSize = 200

  /// The way back of a column whose type changes.
  ///
  /// The cast is one where the way there is a cast too; any other expression has the way back that its author gives it.
  /// Everything happens in a transaction that is rolled back.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - table: The table.
  ///   - old: The column as it is.
  ///   - type: The type that it gets.
  ///   - written: The change of the file that takes the migration back; `nil` where there is none.
  /// - Throws: `NoWayBack`; `PostgresError`.
  public static func ask(
    _ change: AlterColumnType, of table: TableFacts, _ old: ColumnFacts, to type: String,
    written: AlterColumnType?, on connection: PostgresConnection
  ) async throws -> WayBack {
    let there = change.using ?? Quoting.identifier(old.name)
    if written == nil, !SQLExpression.isPlain(there, column: old.name, type: change.type) {
      throw NoWayBack(reason: "its expression is no cast, and no file says how it is taken back")
    }
    let column = written?.target.column ?? old.name
    let using = written?.using ?? Quoting.identifier(column)
    let read = (try? SQLExpression.columns(in: using)) ?? []
    guard read.isSubset(of: [column]) else {
      let other = read.subtracting([column]).sorted()[0]
      throw NoWayBack(reason: "its way back reads another column, \(Quoting.identifier(other))")
    }
    do {
      try await connection.transaction { connection in
        try await connection.limitWaiting()
        var wayBack = try await ask(old, type, column, using, written != nil, connection)
        wayBack.newDefault = try await newDefault(
          "(\(there))::\(type)", type, table, old, connection)
        if written != nil {
          try await requireReturn("(\(there))::\(type)", wayBack, table, old, connection)
        }
        throw Found(wayBack: wayBack)
      }
    } catch let found as Found {
      return found.wayBack
    } catch let error as PostgresError where error.isRefusal {
      throw NoWayBack(
        reason: "its new values cannot be turned back: \(error.serverError?.message ?? "")")
    }
    throw NoWayBack(reason: "its way back cannot be tried")
  }

  /// Thrown to leave the transaction without a trace.
  private struct Found: Error { let wayBack: WayBack }

  /// Refuses a way back after which the way there leads elsewhere: every value that there is came from the old shape.
  ///
  /// Rows that do not convert are what a gate looks for.
  private static func requireReturn(
    _ there: String, _ wayBack: WayBack, _ table: TableFacts, _ old: ColumnFacts,
    _ connection: isolated PostgresConnection
  ) async throws {
    let (name, value) = (Quoting.identifier(old.name), "djogi_value")
    let lost: String?
    try await connection.execute("SAVEPOINT try")
    do {
      lost = try await connection.query(
        """
        SELECT \(raw: name)::text FROM (SELECT \(raw: name) AS djogi_old, \(raw: value),
            (SELECT \(raw: wayBack.expression) FROM (SELECT \(raw: value)) AS given (\(identifier: wayBack.column)))
              AS \(raw: name)
          FROM (SELECT \(raw: name), \(raw: there) AS \(raw: value) FROM \(identifier: table.name)
            WHERE \(raw: name) IS NOT NULL LIMIT \(sampleSize)) AS there) AS back
        WHERE ROW(\(raw: there))::record OPERATOR(pg_catalog.*<>) ROW(\(raw: value))::record LIMIT 1
        """
      ).first?.decode(0)
      try await connection.execute("RELEASE try")
    } catch let error as PostgresError where error.sqlState?.class == "22" {
      try await connection.execute("ROLLBACK TO try")
      return
    }
    if let lost {
      throw NoWayBack(
        reason: "its way back does not lead back: a row's value would return as \(lost.prefix(40))")
    }
  }

  /// What the old column's default converts to.
  private static func newDefault(
    _ there: String, _ type: String, _ table: TableFacts, _ old: ColumnFacts,
    _ connection: isolated PostgresConnection
  ) async throws -> String? {
    guard let expression = old.defaultExpression, SQLExpression.isLiteral(expression) else {
      return nil
    }
    try await connection.execute("SAVEPOINT try")
    do {
      let value: String? = try await connection.query(
        """
        SELECT (\(raw: there))::text
        FROM (SELECT (\(raw: expression))::\(raw: old.type))
          AS \(identifier: table.name.name) (\(identifier: old.name))
        """
      ).only().decode(0)
      try await connection.execute("RELEASE try")
      return value.map { "\(Quoting.literal($0))::\(type)" }
    } catch let error as PostgresError where error.isRefusal {
      // A client of the new shape that writes NULL has the old default then.
      try await connection.execute("ROLLBACK TO try")
      return nil
    }
  }

  private static func ask(
    _ old: ColumnFacts, _ type: String, _ column: String, _ using: String, _ isWritten: Bool,
    _ connection: isolated PostgresConnection
  ) async throws -> WayBack {
    let clone = QualifiedName(schema: "pg_temp", name: "djogi_way_back")
    let former = column == "djogi_former" ? "djogi_former_" : "djogi_former"
    try await connection.execute(
      """
      CREATE TEMP TABLE \(identifier: clone.name) (\(identifier: column) \(raw: type),
        \(identifier: former) \(raw: old.type))
      """)
    let expression = "(\(using))::\(old.type)"
    try await connection.execute("SELECT \(raw: expression) FROM \(identifier: clone)")
    if let volatile = try await ConversionProbe.volatileFunctions(using, connection).first {
      throw NoWayBack(reason: "its way back calls \(volatile), which gives another value each time")
    }
    let cast = try await ConversionProbe.cast(clone, column, former, connection)
    let isPlain = SQLExpression.isPlain(using, column: column, type: old.type)
    return WayBack(
      expression: expression, column: column, isTotal: isPlain && cast.isTotal,
      isWritten: isWritten,
      settings: isPlain && cast.isPure ? [] : try await ConversionProbe.settings(connection))
  }
}
