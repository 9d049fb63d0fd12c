public import Postgres

/// Why the ledger's tables cannot be used.
public enum LedgerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A newer program has changed the tables.
  case tooNew(schema: String, found: Int, known: Int)
  /// The tables must be upgraded, and the role may not.
  case cannotUpgrade(schema: String, found: Int, needed: Int, owner: String)
  /// `ledger_schema` names a schema that the database does not have.
  case noSchema(String)
  /// `ledger_schema` names a schema of the server's own, or one that ends with the session.
  case reservedSchema(String)
  /// Somebody else owns the tables, or has them run code.
  case untrusted(schema: String, [String])
  /// The plan's file is lost, and roles that the driver has no reason to trust can write the copy in its row.
  case untrustedCopy(PlanID, table: QualifiedName, writers: [String])
  /// What the row sets would run as the driver, and roles that the driver has no reason to trust can write it.
  case untrustedQuery(table: QualifiedName, writers: [String])
  /// A table carries a hook of a plan that is in another ledger.
  case unknownHook(QualifiedName, PlanID, schema: String)
  /// A table carries what a plan that has ended left behind.
  ///
  /// Without the plan's file and its copy, no `revert` takes that away.
  case leftBehind(QualifiedName, PlanID, PlanStatus, object: String, canRevert: Bool)

  /// What happened, to what, and what to do.
  public var description: String {
    switch self {
    case .tooNew(let schema, let found, let known):
      "the ledger in schema \(schema) has version \(found), and this program knows the versions up to \(known); "
        + "nothing was changed"
    case .cannotUpgrade(let schema, let found, let needed, let owner):
      "the ledger in schema \(schema) has version \(found), this program needs \(needed), and only "
        + "\(owner), who owns the tables, may upgrade them; nothing was changed"
    case .noSchema(let schema):
      "[live] ledger_schema names the schema \(schema), which the database does not have"
    case .reservedSchema(let schema):
      "[live] ledger_schema names \(schema), which is the server's own or ends with the session"
    case .untrusted(let schema, let faults):
      "the ledger in schema \(schema) cannot be trusted, and nothing was changed:\n"
        + faults.map { "  " + $0 }.joined(separator: "\n")
    case .untrustedCopy(let id, let table, let writers):
      "the file of plan \(id) is missing, and its copy in \(table) is not used: other roles may write it: "
        + writers.joined(separator: ", ")
    case .untrustedQuery(let table, let writers):
      "a query of the plan's row is not run: other roles may write \(table): "
        + writers.joined(separator: ", ")
    case .unknownHook(let table, let id, let schema):
      "\(table) is being changed by plan \(id), which the ledger in schema \(schema) does not know"
    case .leftBehind(let table, let id, let status, let object, _):
      "\(table) still has \(object) of plan \(id), which is \(status.rawValue)"
    }
  }

  /// The line to type next, or what to do before.
  public var advice: String {
    switch self {
    case .tooNew: "use the newer program"
    case .cannotUpgrade(_, _, _, let owner): "run any command that changes a plan as \(owner)"
    case .noSchema(let schema): "create schema \(schema), or name another one"
    case .reservedSchema: "name another schema as ledger_schema, such as public"
    case .untrusted:
      "ask the database's owner to look into these tables, or name another schema as ledger_schema"
    case .untrustedCopy(_, let table, let writers):
      "REVOKE INSERT, UPDATE ON \(table) FROM \(writers.joined(separator: ", ")), or restore the file"
    case .untrustedQuery(let table, let writers):
      "REVOKE INSERT, UPDATE ON \(table) FROM \(writers.joined(separator: ", ")), "
        + "or set the query in Djogi.toml"
    case .unknownHook: "finish or revert that plan with the ledger_schema that it was made with"
    case .leftBehind(_, let id, _, _, canRevert: true): "revert \(id) --justify '…'"
    case .leftBehind(let table, let id, _, _, canRevert: false):
      "drop what bears the number \(id) on \(table): the plan's file is lost, and no copy is in its row"
    }
  }

  /// A Boolean value telling whether another plan is in the way, rather than the ledger itself.
  var isConflict: Bool {
    switch self {
    case .unknownHook, .leftBehind: true
    default: false
    }
  }
}
