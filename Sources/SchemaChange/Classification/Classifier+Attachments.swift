internal import Postgres

extension Classifier {
  /// `ATTACH PARTITION`: its rows and those of the default partition are read, and its indexes built, unless something
  /// spares the server that.
  func attachPartition(
    _ change: Change, to parent: QualifiedName, _ partition: QualifiedName,
    _ attachment: AttachmentFacts?
  ) -> Verdict {
    let rest = facts?.table(parent)?.defaultPartition
    if isEmpty(partition), rest?.hasRows != true {
      return Verdict(
        change, .onlineSafe, .attachEmptyPartition,
        rest == nil
          ? "the partition holds no rows" : "neither it nor the default partition holds rows")
    }
    guard facts != nil else {
      return Verdict(
        change, .expandContract(.attachedPartition), .attachScans,
        "without a server to ask, the partition is assumed to be read under a lock that blocks all clients"
      )
    }
    if !isLarge(partition), rest.map(isLarge) != true {
      return Verdict(
        change, .onlineSafe, .attachSmallPartition,
        "the partition is below validation_threshold_rows: what is read and built is short")
    }
    guard let attachment else {
      return unprovable(
        change, "it cannot be tried on empty copies of its tables",
        remedy: "attach it in a migration of its own")
    }
    guard attachment.obstacles.isEmpty else {
      return unprovable(
        change, attachment.obstacles.joined(separator: "; "),
        remedy: "attach an empty table of that shape, and move the rows there in batches")
    }
    var warnings: [Verdict.Warning] = []
    if let rest, rest.hasRows {
      warnings.append(
        Verdict.Warning(
          rule: .newWriteRestriction,
          message:
            "\(rest.name) is checked for rows of the new partition while the plan finalizes: "
            + "writers of such rows, which it takes until then, fail until the partition is there"))
    }
    return Verdict(
      change, .expandContract(.attachedPartition), .attachScans,
      "every row of the partition\(rest == nil ? "" : " and of the default one") would be read, and its "
        + "indexes built, under a lock that blocks readers and writers",
      warnings: warnings)
  }

  private func unprovable(_ change: Change, _ reason: String, remedy: String) -> Verdict {
    Verdict(
      change, .offlineOnly, .attachUnprovable,
      "rows would be read, or indexes built, under a lock that blocks readers and writers: \(reason)",
      remedy: remedy)
  }

  /// Whether a scan of a table takes long; an unknown size counts as large.
  private func isLarge(_ table: TableFacts) -> Bool {
    guard table.hasRows else { return false }
    guard let rows = table.estimatedRows else { return true }
    return rows >= settings.validationThresholdRows
  }
}
