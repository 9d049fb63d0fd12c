internal import Postgres

extension Classifier {
  /// `ADD CONSTRAINT`.
  func addConstraint(
    _ change: Change, _ operation: AddConstraint, _ forecast: Forecast?
  ) -> Verdict {
    let table = operation.table
    if let refusal = missing(table, change) { return refusal }
    if isEmpty(table), operation.references.map(isCrowded) != true {
      return Verdict(change, .onlineSafe, .constraintOnEmptyTable, "the table holds no rows")
    }
    switch operation.kind {
    case .check, .notNull, .foreignKey: return validated(change, operation)
    case .unique, .primaryKey: return unique(change, operation, forecast)
    case .exclude:
      return Verdict(
        change, .offlineOnly, .exclusionConstraint,
        "its index would be built under a lock that blocks writers, and there is no NOT VALID form",
        remedy: "create a new table with the constraint and move the rows")
    }
  }

  private func validated(_ change: Change, _ operation: AddConstraint) -> Verdict {
    guard operation.enforced else {
      return Verdict(
        change, .onlineSafe, .constraintNotEnforced, "it binds no row: a brief lock")
    }
    if operation.notValid {
      return Verdict(
        change, .onlineSafe, .constraintNotValid,
        "existing rows are left unchecked: a brief lock")
    }
    if let target = operation.references, isCrowded(target) {
      return Verdict(
        change, .expandContract(.foreignKey), .foreignKeysMany,
        "the migration's keys onto \(target) would lock it against writers all together; "
          + "each takes its lock by itself")
    }
    guard isLarge(operation.table) else {
      return Verdict(
        change, .onlineSafe, .constraintSmallTable,
        "the table is below validation_threshold_rows: the scan is short")
    }
    if case .foreignKey = operation.kind {
      return Verdict(
        change, .expandContract(.foreignKey), .foreignKeyScans,
        "every row would be checked under a lock that blocks writers of both tables")
    }
    return Verdict(
      change, .expandContract(.twoPhaseValidation), .checkScans,
      "every row would be checked under a lock that blocks readers and writers")
  }

  private func unique(
    _ change: Change, _ operation: AddConstraint, _ forecast: Forecast?
  ) -> Verdict {
    if operation.usingIndex != nil, forecast?.scans != true {
      return Verdict(
        change, .onlineSafe, .constraintUsingIndex, "the index is there: a brief lock")
    }
    guard operation.usingIndex == nil else {
      return Verdict(
        change, .offlineOnly, .primaryKeyOverNull,
        "a column of the index is not NOT NULL yet, so every row would be checked",
        remedy: "SET NOT NULL in a migration before")
    }
    let leaves = facts?.table(operation.table)?.tree.dropFirst() ?? []
    if leaves.contains(where: { $0.kind == .foreign }) {
      return Verdict(
        change, .offlineOnly, .uniqueOverForeignPartition,
        "a partition lives on another server, where no index can be built",
        remedy: "detach the foreign partition first")
    }
    guard !operation.deferrable else {
      return Verdict(
        change, .offlineOnly, .uniqueDeferrable,
        "its index would be built under a lock that blocks writers; one that is built beside clients checks "
          + "their rows at once, not at the end of the transaction, until the constraint takes it over",
        remedy:
          "leave DEFERRABLE out; or, where clients can do without it for so long, CREATE UNIQUE INDEX "
          + "CONCURRENTLY and then ADD … USING INDEX … DEFERRABLE")
    }
    return Verdict(
      change, .expandContract(.uniqueViaIndex), .uniqueBuildsIndex,
      "its index would be built under a lock that blocks writers")
  }

  /// `CREATE INDEX` in all its forms.
  func createIndex(_ change: Change, _ operation: CreateIndex) -> Verdict {
    if let refusal = missing(operation.table, change) { return refusal }
    let table = facts?.table(operation.table)
    let isPartitioned = table?.kind == .partitioned
    if operation.concurrently, isPartitioned {
      return Verdict(
        change, .offlineOnly, .concurrentIndexOnPartitionedTable,
        "the server refuses CONCURRENTLY on a partitioned table",
        remedy: "leave CONCURRENTLY out: the index is staged, partition by partition")
    }
    if operation.concurrently, operation.name == nil {
      return Verdict(
        change, .offlineOnly, .concurrentIndexWithoutName,
        "cut off, it would leave an index that no session could find again, and build another",
        remedy: "name the index, or leave CONCURRENTLY out: the index is then staged")
    }
    if operation.concurrently {
      return Verdict(change, .onlineSafe, .indexConcurrently, "built without blocking clients")
    }
    if operation.only, isPartitioned {
      return Verdict(
        change, .onlineSafe, .indexOnOnly, "an entry in the catalogue; nothing is built")
    }
    if operation.ifNotExists, let name = operation.name,
      table?.indexes.contains(where: { $0.name.name == name }) == true
    {
      return Verdict(change, .onlineSafe, .indexExists, "the index is there already")
    }
    if isEmpty(operation.table) {
      return Verdict(change, .onlineSafe, .indexOnEmptyTable, "the table holds no rows")
    }
    return Verdict(
      change, .expandContract(.concurrentIndex), .indexBlocksWriters,
      "it would be built under a lock that blocks writers")
  }
}
