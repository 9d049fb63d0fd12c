/// The kinds of statement that have a rule but no fields that a pattern needs.
public enum StatementKind: String, Sendable, Hashable, CaseIterable {
  // Catalogue work with a brief lock or none.
  case comment, grant, revoke, columnStatistics, storageParameters, columnStorage, columnCompression
  case columnOptions, clusterOn, replicaIdentity, owner, rowLevelSecurity, policy, enableTrigger
  case inherit, dropIdentity, alterIdentity, dropExpression, setSchema, renameObject
  case createType, createView, createFunction, createTrigger, createSequence, createSchema
  case createExtension, createStatistics, createRule, createOther
  case alterTypeOther, alterSequence, alterFunction, alterView
  case alterOther, createMaterializedView, analyze, vacuum, reindexConcurrently
  case refreshConcurrently, insertValues, select, selectConstant
  case setSequenceValue, set
  /// A `DO` block whose guard finds that its statement has been run.
  case guardedAlready
  // Work that cannot be staged.
  case setTablespace, setLogged, setUnlogged, setAccessMethod, setExpression, cluster, vacuumFull
  case enforceConstraint
  case reindex, refresh, lockTable, update, delete, insertSelect, copy, copyData, merge, doBlock,
    call
  case transactionControl, metaCommand
  /// The grammar rejects it; the server may know more.
  case notUnderstood
}

extension StatementKind {
  /// Whether it writes rows that a query chooses, so that it may be made in batches.
  public var writesRows: Bool { self == .update || self == .delete || self == .insertSelect }
}
