internal import Postgres

/// What becomes of statements that steer the session instead of the schema.
///
/// - `BEGIN` and the `COMMIT` after it are left out: what stands between them is applied as one transaction, and stays
///   in one window of a plan. Any other transaction control is a change of kind
///   ``StatementKind/transactionControl``, which is refused.
/// - Timeouts, message levels and the other settings of ``harmless`` are left out: a runner sets its own, and they
///   change nothing that is stored. So are those of ``expected`` with the value that a migration is read with, and an
///   empty `search_path` when every relation is named with its schema, and any that nothing comes after. Any other `SET` (`role`, `TimeZone`, …) changes
///   what later statements mean, while a plan's statements run in many sessions. It is a change of kind
///   ``StatementKind/set``, which is refused unless the session has that value already.
/// - `\\restrict` and `\\unrestrict`, which `pg_dump` writes for psql, are left out.
public enum SessionPolicy {
  /// The settings that a migration may set without effect.
  public static let harmless: Set<String> = [
    "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout",
    "transaction_timeout", "idle_session_timeout", "client_min_messages", "log_min_messages",
    "application_name", "check_function_bodies", "maintenance_work_mem", "work_mem",
    "max_parallel_maintenance_workers", "synchronous_commit",
  ]

  /// The values that a migration is read with anyway.
  static let expected: [String: Set<String>] = [
    "client_encoding": ["utf8", "utf-8", "unicode"],
    "standard_conforming_strings": ["on", "true", "1"],
    "xmloption": ["content"], "row_security": ["off", "false", "0"],
    "default_with_oids": ["off", "false", "0"],
  ]

  /// The changes that say something about the schema, in order; the others go to `ignored`.
  static func sorting(
    _ changes: [Change], into parsed: inout ParsedMigration
  ) -> [Change] {
    var kept = changes
    let frames = ExplicitTransactions.frames(changes.map(\.session))
    for (number, frame) in frames.enumerated().reversed() {
      for index in frame { kept[index].transaction = number }
      for index in [frame.upperBound, frame.lowerBound] {
        parsed.ignored.append(changes[index].ignored("the runner has its own transactions"))
        kept.remove(at: index)
      }
    }
    let namesSchemas = kept.allSatisfy(\.namesSchemas)
    var rest = kept.filter { change in
      guard let reason = reason(change, namesSchemas: namesSchemas) else { return true }
      parsed.ignored.append(change.ignored(reason))
      return false
    }
    while let last = rest.last, last.setsSearchPath {
      parsed.ignored.append(last.ignored("no statement after it looks a name up"))
      rest.removeLast()
    }
    return rest
  }

  /// Why a change is left out; `nil` for one that is not.
  private static func reason(_ change: Change, namesSchemas: Bool) -> String? {
    if case .other(let other) = change.operation, other.kind == .metaCommand,
      let name = other.detail, ["\\restrict", "\\unrestrict"].contains(name)
    {
      return "\(name) is for psql alone"
    }
    guard case .set(let name, let value) = change.session else { return nil }
    if harmless.contains(name) { return "the runner sets \(name) itself" }
    guard let value else { return nil }
    if expected[name]?.contains(value.lowercased()) == true {
      return "a migration is read with this value of \(name)"
    }
    if name == "search_path", value.isEmpty, namesSchemas {
      return "every relation is named with its schema"
    }
    return nil
  }
}

extension Change {
  /// What it does to the session.
  fileprivate var session: SessionStatement? {
    if case .other(let other) = operation { other.session } else { nil }
  }

  fileprivate var setsSearchPath: Bool {
    if case .set("search_path", _) = session { true } else { false }
  }

  /// Whether no relation in it is looked for along the search path.
  fileprivate var namesSchemas: Bool { mentions.allSatisfy { $0.schema != nil } }

  fileprivate func ignored(_ reason: String) -> ParsedMigration.IgnoredStatement {
    ParsedMigration.IgnoredStatement(location: location, sql: sql, reason: reason)
  }
}
