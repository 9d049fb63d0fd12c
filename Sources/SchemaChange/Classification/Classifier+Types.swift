internal import Postgres

/// Changes of domains and composite types.
extension Classifier {
  /// `ALTER DOMAIN`: a new or unchecked constraint reads every table that has a column of the domain.
  func alterDomain(_ change: Change, _ operation: AlterDomain) -> Verdict {
    guard operation.scans else {
      return Verdict(
        change, .onlineSafe, .alterDomain, "an entry in the catalogue; no table is read")
    }
    if createdDomains.contains(operation.domain) {
      return Verdict(
        change, .onlineSafe, .domainConstraintShort,
        "the migration makes the domain: no table has a column of it")
    }
    if let domain = facts?.domains[operation.domain],
      domain.users.allSatisfy({ $0.rows < settings.validationThresholdRows })
    {
      return Verdict(
        change, .onlineSafe, .domainConstraintShort,
        domain.users.isEmpty
          ? "no table has a column of the domain"
          : "every table with a column of the domain is below validation_threshold_rows")
    }
    let adds = if case .addConstraint = operation.action { true } else { false }
    return Verdict(
      change, .offlineOnly, .domainConstraintScans,
      "every table with a column of the domain is read under a lock that blocks writers",
      remedy: adds
        ? "add it NOT VALID, which binds new values" : "use CHECK constraints on the tables")
  }

  /// `ALTER TYPE` on a composite type: `CASCADE` reaches the rows of typed tables.
  func alterCompositeType(_ change: Change, _ operation: AlterCompositeType) -> Verdict {
    if operation.action == .alterAttributeType, operation.cascade {
      let rule = RuleID.typeAttributeRewrites.rule
      return Verdict(change, .offlineOnly, rule.id, rule.text, remedy: rule.advice)
    }
    return plain(change)
  }
}
