internal import CGrammar
internal import Postgres

/// What an expression over a row reads beside the row's own columns.
///
/// A trigger gives a column its value when a client writes the row, a backfill at another time and a gate at a third:
/// an expression that says something else each time is never in step.
struct SurroundingsRead: Hashable {
  /// The first whole-row reference, as written: `t`, `t.*`, `(t).c`.
  private(set) var wholeRow: String?
  /// The system columns: `ctid`, `xmin`.
  private(set) var systemColumns: [String] = []
  /// Values that are the session's or the clock's and no function by their grammar: `CURRENT_TIMESTAMP`.
  private(set) var sessionValues: [String] = []

  private static let systemNames: Set = ["ctid", "tableoid", "xmin", "xmax", "cmin", "cmax"]

  /// - Parameters:
  ///   - table: The table's own name.
  ///   - columns: Its columns' names.
  init(
    _ expression: String, table: String, columns: Set<String>
  ) throws(RewriteError) {
    let parsed = try SQLExpression.Parsed(expression)
    for reference in parsed.tree.all(pg_query_ColumnRef.self) {
      guard let column = reference.column else {
        wholeRow = wholeRow ?? Deparse.name(reference.parts + ["*"])
        continue
      }
      guard !columns.contains(column) else { continue }
      if Self.systemNames.contains(column) {
        systemColumns.append(column)
      } else if column == table {
        wholeRow = wholeRow ?? column
      }
    }
    sessionValues = parsed.tree.all(pg_query_SQLValueFunction.self).map { value in
      Self.word(value[pg_query_SQLValueFunction_op])
    }
  }

  private static func word(_ operation: pg_query_SQLValueFunctionOp) -> String {
    switch operation {
    case pg_query_SVFOP_CURRENT_DATE: "CURRENT_DATE"
    case pg_query_SVFOP_CURRENT_TIME,
      pg_query_SVFOP_CURRENT_TIME_N:
      "CURRENT_TIME"
    case pg_query_SVFOP_CURRENT_TIMESTAMP,
      pg_query_SVFOP_CURRENT_TIMESTAMP_N:
      "CURRENT_TIMESTAMP"
    case pg_query_SVFOP_LOCALTIME,
      pg_query_SVFOP_LOCALTIME_N:
      "LOCALTIME"
    case pg_query_SVFOP_LOCALTIMESTAMP,
      pg_query_SVFOP_LOCALTIMESTAMP_N:
      "LOCALTIMESTAMP"
    case pg_query_SVFOP_CURRENT_ROLE: "CURRENT_ROLE"
    case pg_query_SVFOP_SESSION_USER: "SESSION_USER"
    case pg_query_SVFOP_CURRENT_CATALOG: "CURRENT_CATALOG"
    case pg_query_SVFOP_CURRENT_SCHEMA: "CURRENT_SCHEMA"
    default: "CURRENT_USER"
    }
  }
}

extension SQLExpression {
  /// Whether an expression is a column by itself, or its cast to a type and nothing else.
  static func isPlain(_ expression: String, column: String, type: String) -> Bool {
    guard let parsed = try? Parsed(expression) else { return false }
    if parsed.root[pg_query_Node_column_ref]?.column == column { return true }
    guard let cast = parsed.root[pg_query_Node_type_cast],
      cast[pg_query_TypeCast_arg]?[pg_query_Node_column_ref]?.column == column,
      let name = cast[pg_query_TypeCast_type_name]
    else { return false }
    return (try? Deparse.type(name)) == type
  }
}
