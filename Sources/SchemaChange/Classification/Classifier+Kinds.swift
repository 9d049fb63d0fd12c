internal import Postgres

/// The statements whose kind decides.
extension Classifier {
  func other(
    _ change: Change, _ operation: OtherOperation, _ conversion: ConversionFacts?
  ) -> Verdict {
    if let reason = change.vouched, [.doBlock, .call, .select].contains(operation.kind) {
      return Verdict(
        change, .fastLockDestructiveGuarded, .opaqueStatement,
        "what it does cannot be told; the file vouches for it: \(reason)")
    }
    let early = write(change, operation) ?? batches(change, operation, conversion)
    if let verdict = early ?? setting(change, operation) { return verdict }
    if operation.kind == .refresh, let view = operation.relation, created.contains(view) {
      return Verdict(
        change, .onlineSafe, .refreshNewView, "the migration makes the view: no client uses it yet")
    }
    if operation.kind == .setExpression, let table = operation.relation,
      let column = operation.detail, facts?.table(table)?.column(column)?.isVirtual == true
    {
      return Verdict(
        change, .onlineSafe, .setExpressionVirtual, "a brief lock; it is computed when it is read")
    }
    switch operation.kind.work {
    case .catalogue:
      return Verdict(change, .onlineSafe, .catalogueOnly, "a brief lock and catalogue work only")
    case .online(let rule): return Verdict(change, .onlineSafe, rule, rule.rule.text)
    case .refused(let rule):
      let detail = operation.detail.map { " (\($0))" } ?? ""
      return Verdict(
        change, .offlineOnly, rule, rule.rule.text + detail, remedy: rule.rule.advice)
    }
  }

  /// A `SET` of what the session has already; `nil` for any other statement.
  ///
  /// Without a server, the values that a server starts with count as the session's.
  private func setting(_ change: Change, _ operation: OtherOperation) -> Verdict? {
    guard operation.kind == .set, case .set(let name, let value?) = operation.session else {
      return nil
    }
    let current = facts.map { $0.settings[name] } ?? Self.usual[name]
    guard let current, current.isSameSetting(as: value) else { return nil }
    return Verdict(
      change, .onlineSafe, .settingUnchanged,
      facts == nil ? "it is what a server starts with" : "the session has this value already")
  }

  private static let usual = ["default_tablespace": "", "default_table_access_method": "heap"]
}

extension String {
  /// Whether two values of a setting mean the same.
  fileprivate func isSameSetting(as other: String) -> Bool {
    Self.plain(self) == Self.plain(other)
  }

  private static func plain(_ value: String) -> String {
    let value = value.lowercased()
    return switch value {
    case "true", "yes", "1": "on"
    case "false", "no", "0": "off"
    default: value.filter { $0 != "\"" && $0 != " " }
    }
  }
}

/// What becomes of a statement by its kind alone.
enum KindOfWork: Hashable {
  /// A brief lock, and an entry in the catalogue.
  case catalogue
  /// Work that blocks no client.
  case online(RuleID)
  /// Work that cannot be staged, or cannot be told.
  case refused(RuleID)
}

extension StatementKind {
  /// What becomes of such a statement; there is no default, so that a new kind gets its verdict here.
  var work: KindOfWork {
    switch self {
    case .columnStatistics, .storageParameters, .columnStorage, .columnCompression, .columnOptions,
      .clusterOn, .replicaIdentity, .owner, .rowLevelSecurity, .policy, .enableTrigger, .inherit,
      .dropIdentity, .alterIdentity, .dropExpression, .setSchema, .renameObject, .createType,
      .createFunction, .createSequence, .createSchema, .createExtension, .createStatistics,
      .createRule, .createOther, .alterTypeOther, .alterSequence, .alterFunction, .alterView,
      .alterOther:
      .catalogue
    case .comment: .online(.comment)
    case .grant: .online(.grant)
    case .revoke: .online(.revoke)
    case .createView: .online(.createView)
    case .createTrigger: .online(.createTrigger)
    case .createMaterializedView: .online(.createMaterializedView)
    case .analyze: .online(.analyze)
    case .vacuum: .online(.vacuum)
    case .reindexConcurrently: .online(.reindexConcurrently)
    case .refreshConcurrently: .online(.refreshConcurrently)
    case .insertValues: .online(.insertValues)
    case .selectConstant: .online(.selectConstant)
    case .guardedAlready: .online(.guardedAlready)
    case .setSequenceValue: .online(.setSequenceValue)
    case .setTablespace: .refused(.setTablespace)
    case .setLogged: .refused(.setLogged)
    case .setUnlogged: .refused(.setUnlogged)
    case .setAccessMethod: .refused(.setAccessMethod)
    case .setExpression: .refused(.setExpression)
    case .enforceConstraint: .refused(.enforceConstraint)
    case .cluster: .refused(.cluster)
    case .vacuumFull: .refused(.vacuumFull)
    case .reindex: .refused(.reindex)
    case .refresh: .refused(.refresh)
    case .lockTable: .refused(.lockTable)
    case .update: .refused(.update)
    case .delete: .refused(.delete)
    case .insertSelect: .refused(.insertSelect)
    case .merge: .refused(.merge)
    case .copy: .refused(.copy)
    case .copyData: .refused(.copyData)
    case .doBlock: .refused(.doBlock)
    case .call: .refused(.call)
    case .select: .refused(.select)
    case .transactionControl: .refused(.transactionControl)
    case .set: .refused(.sessionSetting)
    case .metaCommand: .refused(.metaCommand)
    case .notUnderstood: .refused(.notUnderstood)
    }
  }
}
