internal import CPGQuery

/// What becomes of statements that steer the session instead of the schema.
///
/// - `BEGIN` first and `COMMIT` last are left out: the file is then applied as one transaction; a plan has many. Any
///   other transaction control is a change of kind ``StatementKind/transactionControl``, which is refused.
/// - Timeouts, message levels and the other settings of ``harmless`` are left out: a runner sets its own, and they
///   change nothing that is stored. Any other `SET` (`search_path`, `role`, `TimeZone`, …) changes what later
///   statements mean, while a plan's statements run in many sessions. It is a change of kind ``StatementKind/set``,
///   which is refused.
public enum SessionPolicy {
  /// The settings that a migration may set without effect.
  public static let harmless: Set<String> = [
    "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout",
    "transaction_timeout", "idle_session_timeout", "client_min_messages", "log_min_messages",
    "application_name", "check_function_bodies", "maintenance_work_mem", "work_mem",
    "max_parallel_maintenance_workers", "synchronous_commit",
  ]

  /// The statements that say something about the schema, in order; the others go to `ignored`.
  static func sorting(
    _ statements: [ScriptStatement], into parsed: inout ParsedMigration
  ) -> [ScriptStatement] {
    var kept = statements
    if kept.count >= 2, let first = kept.first, let last = kept.last, first.begins, last.commits {
      parsed.isOneTransaction = true
      for statement in [first, last] {
        parsed.ignored.append(statement.ignored("the runner has its own transactions"))
      }
      kept = Array(kept.dropFirst().dropLast())
    }
    return kept.filter { statement in
      guard let setting = statement.setting, harmless.contains(setting) else { return true }
      parsed.ignored.append(statement.ignored("the runner sets \(setting) itself"))
      return false
    }
  }
}

extension ScriptStatement {
  fileprivate var begins: Bool {
    let kind = transaction
    return kind == PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_BEGIN
      || kind == PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START
  }

  fileprivate var commits: Bool {
    transaction == PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT
  }

  private var transaction: PgQuery__TransactionStmtKind? {
    guard !isMetaCommand, sql.utf8.count < 200 else { return nil }
    return (try? ParseTree(sql))?.onlyStatement?.as(PgQuery__TransactionStmt.self)?.kind
  }

  /// The setting that a `SET` or `RESET` is about.
  fileprivate var setting: String? {
    // A cheap look first: most statements of a long file are no SET.
    guard !isMetaCommand, let first = sql.first, "sSrR".contains(first), sql.utf8.count < 500
    else { return nil }
    return (try? ParseTree(sql))?.onlyStatement?.as(PgQuery__VariableSetStmt.self)?.name
  }

  fileprivate func ignored(_ reason: String) -> ParsedMigration.IgnoredStatement {
    ParsedMigration.IgnoredStatement(location: location, sql: sql, reason: reason)
  }
}
