internal import Postgres

extension Classifier {
  /// The operations whose verdict follows from their form alone.
  func plain(_ change: Change) -> Verdict {
    switch change.operation {
    case .dropColumn(let target, _):
      return Verdict(
        change, .fastLockDestructiveGuarded, .dropColumn,
        "fast, but the values of \(target.column) are lost")
    case .drop(let drop):
      return Verdict(
        change, .fastLockDestructiveGuarded, .dropObject,
        "fast, but DROP \(drop.objectType) loses what it drops"
          + (drop.cascade ? " and everything that depends on it" : ""))
    case .truncate:
      return Verdict(
        change, .fastLockDestructiveGuarded, .truncate, "fast, but every row is lost")
    case .renameColumn, .renameTable:
      return Verdict(
        change, .onlineSafe, .rename, "a brief lock",
        warnings: [
          Verdict.Warning(
            rule: .renameBreaksClients,
            message: "clients that use the old name break in the moment of the rename")
        ])
    case .dropConstraint(_, let name, _):
      return Verdict(
        change, .onlineSafe, .dropConstraint, "a brief lock",
        warnings: [
          Verdict.Warning(
            rule: .dropConstraintUnprotects,
            message: "from then on nothing holds rows to \(name)")
        ])
    case .dropIndex:
      return Verdict(change, .onlineSafe, .dropIndex, "dropped without blocking clients")
    case .validateConstraint:
      return Verdict(
        change, .onlineSafe, .validateConstraint, "readers and writers go on during the check")
    case .detachPartition(_, _, let concurrently):
      return Verdict(
        change, .onlineSafe, .detachPartition,
        concurrently ? "readers and writers go on" : "a brief lock on parent and partition")
    case .alterEnum(let alter) where alter.action != .renameValue:
      return Verdict(
        change, .onlineSafe, .enumValue, "an entry in the catalogue; no table is read")
    default:
      return Verdict(change, .onlineSafe, .catalogueOnly, "a brief lock and catalogue work only")
    }
  }
}
