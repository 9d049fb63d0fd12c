/// The name of a rule, as verdicts bear it, `lint --rules` lists it and a comment switches it off: `drop-column`.
///
/// What each of them says is its ``Rule``; a new rule is a case here and its line there.
public enum RuleID: String, Sendable, Hashable, Codable, CaseIterable, CustomStringConvertible {

  // The change goes through as it is written.
  case addColumn = "add-column"
  case addColumnEmptyTable = "add-column-empty-table"
  case addColumnExists = "add-column-exists"
  case addColumnVirtual = "add-column-virtual"
  case alterDomain = "alter-domain"
  case analyze
  case attachEmptyPartition = "attach-empty-partition"
  case attachSmallPartition = "attach-small-partition"
  case catalogueOnly = "catalogue-only"
  case comment
  case constraintNotEnforced = "constraint-not-enforced"
  case constraintNotValid = "constraint-not-valid"
  case constraintOnEmptyTable = "constraint-on-empty-table"
  case constraintSmallTable = "constraint-small-table"
  case constraintUsingIndex = "constraint-using-index"
  case createMaterializedView = "create-materialized-view"
  case createTable = "create-table"
  case createTrigger = "create-trigger"
  case createView = "create-view"
  case detachPartition = "detach-partition"
  case domainConstraintShort = "domain-constraint-short"
  case dropConstraint = "drop-constraint"
  case dropIndex = "drop-index"
  case enumValue = "enum-value"
  case grant
  case revoke
  case guardedAlready = "guarded-already"
  case indexConcurrently = "index-concurrently"
  case indexExists = "index-exists"
  case indexOnEmptyTable = "index-on-empty-table"
  case indexOnOnly = "index-on-only"
  case insertValues = "insert-values"
  case notNullAlready = "not-null-already"
  case notNullOfEmptyTable = "not-null-of-empty-table"
  case notNullProved = "not-null-proved"
  case notNullSmallTable = "not-null-small-table"
  case refreshConcurrently = "refresh-concurrently"
  case refreshNewView = "refresh-new-view"
  case reindexConcurrently = "reindex-concurrently"
  case rename
  case selectConstant = "select-constant"
  case setExpressionVirtual = "set-expression-virtual"
  case setSequenceValue = "set-sequence-value"
  case settingUnchanged = "setting-unchanged"
  case typeCatalogueOnly = "type-catalogue-only"
  case typeOfEmptyTable = "type-of-empty-table"
  case vacuum
  case validateConstraint = "validate-constraint"
  case writeByKey = "write-by-key"
  case writeSmallTable = "write-small-table"
  case writeToEmptyTable = "write-to-empty-table"
  case writeToNewTable = "write-to-new-table"

  // A live plan does it in steps.
  case addColumnVolatile = "add-column-volatile"
  case attachScans = "attach-scans"
  case batchedDelete = "batched-delete"
  case batchedInsert = "batched-insert"
  case batchedUpdate = "batched-update"
  case checkScans = "check-scans"
  case codecTransition = "codec-transition"
  case dropTableReferenced = "drop-table-referenced"
  case foreignKeyScans = "foreign-key-scans"
  case foreignKeysMany = "foreign-keys-many"
  case indexBlocksWriters = "index-blocks-writers"
  case notNullScans = "not-null-scans"
  case typeRewrites = "type-rewrites"
  case uniqueBuildsIndex = "unique-builds-index"

  // Fast, but something is lost.
  case dropColumn = "drop-column"
  case dropObject = "drop-object"
  case opaqueStatement = "opaque-statement"
  case truncate

  // It cannot be staged.
  case addColumnConstrainedDomain = "add-column-constrained-domain"
  case addColumnGenerated = "add-column-generated"
  case addColumnNamedIdentity = "add-column-named-identity"
  case addColumnNotNull = "add-column-not-null"
  case addColumnUnknown = "add-column-unknown"
  case addColumnVirtualNotNull = "add-column-virtual-not-null"
  case addColumnVolatileInherited = "add-column-volatile-inherited"
  case attachUnprovable = "attach-unprovable"
  case call
  case cannotBeStaged = "cannot-be-staged"
  case cluster
  case concurrentIndexOnPartitionedTable = "concurrent-index-on-partitioned-table"
  case concurrentIndexWithoutName = "concurrent-index-without-name"
  case copy
  case copyData = "copy-data"
  case delete
  case dependsOnEarlier = "depends-on-earlier"
  case differsFromForecast = "differs-from-forecast"
  case doBlock = "do-block"
  case domainConstraintScans = "domain-constraint-scans"
  case dropWrongKind = "drop-wrong-kind"
  case enforceConstraint = "enforce-constraint"
  case exclusionConstraint = "exclusion-constraint"
  case insertSelect = "insert-select"
  case lockTable = "lock-table"
  case merge
  case metaCommand = "meta-command"
  case noRoomForColumn = "no-room-for-column"
  case notNullUnproved = "not-null-unproved"
  case notNullWithoutValues = "not-null-without-values"
  case notUnderstood = "not-understood"
  case primaryKeyOverNull = "primary-key-over-null"
  case refresh
  case reindex
  case select
  case serverRefuses = "server-refuses"
  case sessionSetting = "session-setting"
  case setAccessMethod = "set-access-method"
  case setExpression = "set-expression"
  case setLogged = "set-logged"
  case setTablespace = "set-tablespace"
  case setUnlogged = "set-unlogged"
  case transactionControl = "transaction-control"
  case typeAttributeRewrites = "type-attribute-rewrites"
  case typeConversionUnknown = "type-conversion-unknown"
  case typeConversionBeyondRow = "type-conversion-beyond-row"
  case typeConversionVolatile = "type-conversion-volatile"
  case typeIsConstrainedDomain = "type-is-constrained-domain"
  case typeWithDependents = "type-with-dependents"
  case unforeseenWork = "unforeseen-work"
  case uniqueDeferrable = "unique-deferrable"
  case uniqueOverForeignPartition = "unique-over-foreign-partition"
  case unknownTable = "unknown-table"
  case update
  case vacuumFull = "vacuum-full"

  // Worth knowing although the change goes through.
  case behaviourChanges = "behaviour-changes"
  case charColumn = "char-column"
  case concurrentIndexCorrupts = "concurrent-index-corrupts"
  case defaultChanges = "default-changes"
  case detachLocksParent = "detach-locks-parent"
  case domainWithConstraint = "domain-with-constraint"
  case dropConstraintUnprotects = "drop-constraint-unprotects"
  case dropExpression = "drop-expression"
  case dropNotNull = "drop-not-null"
  case enumValueOrder = "enum-value-order"
  case identifierTooLong = "identifier-too-long"
  case identityChanges = "identity-changes"
  case indexExistsInvalid = "index-exists-invalid"
  case indexManyColumns = "index-many-columns"
  case jsonColumn = "json-column"
  case narrowKey = "narrow-key"
  case newWriteRestriction = "new-write-restriction"
  case partitionLocksParent = "partition-locks-parent"
  case preferIdentity = "prefer-identity"
  case referencingColumnLeftBehind = "referencing-column-left-behind"
  case renameBreaksClients = "rename-breaks-clients"
  case sequenceLeftNarrow = "sequence-left-narrow"
  case setSchemaBreaksClients = "set-schema-breaks-clients"
  case timestampWithoutZone = "timestamp-without-zone"
  case truncateCascade = "truncate-cascade"
  case typeUnknownOffline = "type-unknown-offline"

  /// The rule's name.
  public var description: String { rawValue }
}
