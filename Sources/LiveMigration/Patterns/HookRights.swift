internal import Postgres
internal import SchemaChange

/// Who may call a function of a plan's own.
///
/// By default every role may (manual, section 5.7), and so could hang a hook on a table of its own, with the rights of
/// the role that runs the plan. A trigger that is there fires for every client without that right. But who makes a partition
/// needs it, and only members of the table's owner can.
enum HookRights {
  /// The statements that follow the function's definition.
  static func statements(_ function: String, on table: TableFacts) -> [String] {
    [
      "REVOKE ALL ON FUNCTION \(function) FROM PUBLIC",
      "GRANT EXECUTE ON FUNCTION \(function) TO \(Quoting.identifier(table.owner))",
    ]
  }
}
