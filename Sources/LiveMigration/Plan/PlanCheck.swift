internal import SchemaChange

/// What the types of a plan do not say by themselves, and is true of every plan that is written or read.
extension LivePlan {
  func check() throws(PlanRefusal) {
    try header.check()
    guard !steps.isEmpty else { throw .noSteps }
    for (position, step) in steps.enumerated() where step.ordinal != position {
      throw .wrongOrdinal(
        path: "steps[\(position)].ordinal", expected: position, found: Int64(step.ordinal))
    }
    for (position, setting) in session.settings.enumerated() {
      let isTwice = session.settings[..<position].contains { $0.name == setting.name }
      guard PlanSession.names.contains(setting.name), !isTwice else {
        throw .invalid(
          path: "session[\(position)].name", reason: "must be a setting that a plan keeps, once")
      }
    }
    guard let shape = keeping?.shape else { return }
    try Self.check(shape.swapsBackAt, "keep.swaps_back_at", below: shape.wayBack.count)
    try Self.check(shape.returnsTo, "keep.returns_to", below: steps.count)
  }

  private static func check(
    _ index: Int, _ path: String, below limit: Int
  ) throws(PlanRefusal) {
    guard (0..<limit).contains(index) else {
      throw .invalid(path: path, reason: "must be a number from 0 to \(limit - 1)")
    }
  }
}

extension PlanHeader {
  fileprivate func check() throws(PlanRefusal) {
    guard Words.isWord(slug) else {
      throw .invalid(
        path: "header.slug",
        reason: "must be of letters A to Z, digits and underscores, and not empty")
    }
    guard MigrationVersion(rawValue: originatingMigration) != nil else {
      throw .invalid(
        path: "header.originating_migration",
        reason: "must be a migration's version, such as V<14 digits>__<slug>")
    }
    guard TargetDatabase(rawValue: targetDatabase) != nil else {
      throw .invalid(
        path: "header.target_database",
        reason: "must be " + TargetDatabase.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard Workspace.isAppLabel(appLabel) else {
      throw .invalid(
        path: "header.app_label",
        reason:
          "must be empty or of letters A to Z, digits and underscores, and no reserved name")
    }
  }
}
