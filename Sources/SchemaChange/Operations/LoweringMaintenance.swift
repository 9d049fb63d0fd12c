internal import CPGQuery
internal import Postgres

extension Lowering {
  /// Statements of maintenance, whose kind depends on an option.
  static func maintenance(_ statement: Node<PgQuery__Node>) -> SchemaOperation? {
    if let vacuum = statement.as(PgQuery__VacuumStmt.self) { return self.vacuum(vacuum) }
    if let reindex = statement.as(PgQuery__ReindexStmt.self) {
      return other(reindex.isConcurrent ? .reindexConcurrently : .reindex, reindex.relation)
    }
    if let refresh = statement.as(PgQuery__RefreshMatViewStmt.self) {
      return other(refresh.flag(\.concurrent) ? .refreshConcurrently : .refresh, refresh.relation)
    }
    if let grant = statement.as(PgQuery__GrantStmt.self) {
      let relation = grant.erased.all(PgQuery__RangeVar.self).first
      return other(grant.flag(\.is_grant) ? .grant : .revoke, relation)
    }
    return nil
  }

  private static func vacuum(_ vacuum: Node<PgQuery__VacuumStmt>) -> SchemaOperation {
    let relation = vacuum.erased.all(PgQuery__RangeVar.self).first
    guard vacuum.flag(\.is_vacuumcmd) else { return other(.analyze, relation) }
    let full = vacuum.list(\.options, \.n_options).contains { option in
      let element = option.as(PgQuery__DefElem.self)
      return element?.defname == "full" && element?.isSwitchedOff == false
    }
    return other(full ? .vacuumFull : .vacuum, relation)
  }
}

extension Node where Message == PgQuery__DefElem {
  /// Whether the option carries a word for "no" (PostgreSQL manual, VACUUM, "boolean").
  fileprivate var isSwitchedOff: Bool {
    guard let argument = self.arg else { return false }
    if let word = argument.string { return ["false", "off", "0"].contains(word.lowercased()) }
    return argument.as(PgQuery__Integer.self)?.ival == 0
  }
}
