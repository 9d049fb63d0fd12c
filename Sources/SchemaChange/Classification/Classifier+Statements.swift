internal import Postgres

extension Classifier {
  /// The operations whose verdict follows from their form alone.
  func plain(_ change: Change) -> Verdict {
    switch change.operation {
    case .dropColumn(let target, _):
      return Verdict(
        change, .fastLockDestructiveGuarded, "drop-column",
        "fast, but the values of \(target.column) are lost")
    case .drop(let drop):
      return Verdict(
        change, .fastLockDestructiveGuarded, "drop-object",
        "fast, but DROP \(drop.objectType) loses what it drops"
          + (drop.cascade ? " and everything that depends on it" : ""))
    case .truncate:
      return Verdict(
        change, .fastLockDestructiveGuarded, "truncate", "fast, but every row is lost")
    case .renameColumn, .renameTable:
      return Verdict(
        change, .onlineSafe, "rename", "a brief lock",
        warnings: [
          Verdict.Warning(
            rule: "rename-breaks-clients",
            message: "clients that use the old name break in the moment of the rename")
        ])
    case .dropConstraint(_, let name, _):
      return Verdict(
        change, .onlineSafe, "drop-constraint", "a brief lock",
        warnings: [
          Verdict.Warning(
            rule: "drop-constraint-unprotects",
            message: "from then on nothing holds rows to \(name)")
        ])
    case .dropIndex:
      return Verdict(change, .onlineSafe, "drop-index", "dropped without blocking anybody")
    case .validateConstraint:
      return Verdict(
        change, .onlineSafe, "validate-constraint", "readers and writers go on during the check")
    case .detachPartition(_, _, let concurrently):
      return Verdict(
        change, .onlineSafe, "detach-partition",
        concurrently ? "readers and writers go on" : "a brief lock on parent and partition")
    default:
      return Verdict(change, .onlineSafe, "catalogue-only", "a brief lock and catalogue work only")
    }
  }

  /// The statements whose kind decides.
  func other(_ change: Change, _ operation: OtherOperation) -> Verdict {
    if let refusal = Refusal.of[operation.kind] {
      let writesRows: Set<StatementKind> = [.update, .delete, .merge]
      if writesRows.contains(operation.kind), let table = operation.relation, isEmpty(table) {
        return Verdict(change, .onlineSafe, "write-to-empty-table", "the table holds no rows")
      }
      let detail = operation.detail.map { " (\($0))" } ?? ""
      return Verdict(
        change, .offlineOnly, refusal.rule, refusal.reason + detail, remedy: refusal.remedy)
    }
    if operation.kind == .alterDomain, let refusal = domainScan(change) { return refusal }
    if let (rule, reason) = Self.harmless[operation.kind] {
      return Verdict(change, .onlineSafe, rule, reason)
    }
    return Verdict(change, .onlineSafe, "catalogue-only", "a brief lock and catalogue work only")
  }

  /// Kinds of statement that work for long, and block nobody meanwhile.
  private static let harmless: [StatementKind: (RuleID, String)] = [
    .analyze: ("analyze", "readers and writers go on while it samples the rows"),
    .vacuum: ("vacuum", "readers and writers go on"),
    .reindexConcurrently: ("reindex-concurrently", "built without blocking anybody"),
    .refreshConcurrently: (
      "refresh-concurrently", "readers of the view go on while its query runs"
    ),
    .createMaterializedView: (
      "create-materialized-view", "its query runs once; nobody uses the view yet"
    ),
    .insertValues: ("insert-values", "the rows that stand in the statement are locked, no others"),
    .createView: ("create-view", "a brief lock on the view; its query is not run"),
    .grant: ("grant", "an entry in the catalogue"),
    .revoke: ("revoke", "an entry in the catalogue"),
    .comment: ("comment", "a brief lock that neither readers nor writers wait for"),
    .createTrigger: ("create-trigger", "a brief lock that writers wait for"),
    .alterTypeAddValue: ("enum-value", "an entry in the catalogue; no table is read"),
  ]

  /// `ALTER DOMAIN` with a new or unchecked constraint reads every table that has a column of the domain.
  private func domainScan(_ change: Change) -> Verdict? {
    let words = SQLWords(change.sql).text
    let adds = words.contains(" ADD ") && !words.contains(" NOT VALID")
    guard adds || words.contains(" VALIDATE CONSTRAINT ") || words.contains(" SET NOT NULL") else {
      return nil
    }
    return Verdict(
      change, .offlineOnly, "domain-constraint-scans",
      "every table with a column of the domain is read under a lock that blocks writers",
      remedy: adds
        ? "add it NOT VALID, which binds new values" : "use CHECK constraints on the tables")
  }
}

/// Why a kind of statement cannot be staged, and what to write instead.
struct Refusal {
  let rule: RuleID
  let reason: String
  let remedy: String

  static let of: [StatementKind: Refusal] = [
    .setTablespace: copies("set-tablespace", "move the table with a copy and logical replication"),
    .setLogged: copies("set-logged", "create a logged table and move the rows"),
    .setUnlogged: copies("set-unlogged", "create an unlogged table and move the rows"),
    .setAccessMethod: copies("set-access-method", "create a new table and move the rows"),
    .setExpression: copies("set-expression", "add a second column and swap it in the application"),
    .cluster: copies("cluster", "use an extension that repacks online"),
    .vacuumFull: copies("vacuum-full", "plain VACUUM, or an extension that repacks online"),
    .reindex: Refusal(
      rule: "reindex", reason: "writers are blocked while the index is built",
      remedy: "REINDEX … CONCURRENTLY"),
    .refresh: Refusal(
      rule: "refresh", reason: "readers of the view are blocked while its query runs",
      remedy: "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index"),
    .lockTable: Refusal(
      rule: "lock-table", reason: "it blocks clients for as long as the transaction lasts",
      remedy: "leave it out: each step takes the lock that it needs"),
    .update: rows("update"), .delete: rows("delete"), .insertSelect: rows("insert-select"),
    .merge: rows("merge"), .copy: rows("copy"),
    .doBlock: opaque("do-block"), .call: opaque("call"), .select: opaque("select"),
    .transactionControl: Refusal(
      rule: "transaction-control", reason: "a plan has transactions of its own, and many",
      remedy: "leave BEGIN, COMMIT and SAVEPOINT out"),
    .set: Refusal(
      rule: "session-setting",
      reason: "it changes what later statements mean, and a plan runs in several sessions",
      remedy: "write names with their schema, and set what the application needs per role"),
    .metaCommand: Refusal(
      rule: "meta-command", reason: "it is a command of psql and no SQL",
      remedy: "write its SQL instead"),
    .notUnderstood: Refusal(
      rule: "not-understood", reason: "the grammar does not read it",
      remedy: "write it in a form that PostgreSQL 15 reads"),
  ]

  private static func copies(_ rule: RuleID, _ remedy: String) -> Refusal {
    Refusal(
      rule: rule, reason: "the table is copied under a lock that blocks readers and writers",
      remedy: remedy)
  }

  private static func rows(_ rule: RuleID) -> Refusal {
    Refusal(
      rule: rule,
      reason: "it may change many rows in one transaction and hold their locks until the end",
      remedy: "change the rows in batches outside the migration")
  }

  private static func opaque(_ rule: RuleID) -> Refusal {
    Refusal(
      rule: rule, reason: "what it does cannot be told from its text",
      remedy: "write the statements themselves")
  }
}
