/// The list of the rules: what each says, and what to write instead.
extension RuleID {
  /// The rule of this name.
  public var rule: Rule {
    switch self {
    // MARK: Online
    case .addColumn:
      online(
        "a column without a default, or with one that the catalogue keeps, is added under a brief lock"
      )
    case .addColumnEmptyTable:
      online("the table holds no rows, so nothing is computed or checked")
    case .addColumnExists:
      online("the column is there already and IF NOT EXISTS was written")
    case .addColumnVirtual:
      online("a virtual column is computed when it is read, so the lock is brief")
    case .alterDomain:
      online(
        "a default, a dropped constraint or a NOT VALID constraint of a domain is an entry in the catalogue"
      )
    case .analyze:
      online("readers and writers go on while it samples the rows")
    case .attachEmptyPartition:
      online("the partition holds no rows, so nothing is checked")
    case .attachSmallPartition:
      online(
        "the partition, and the default one, is below validation_threshold_rows, so what is read and built is short"
      )
    case .catalogueOnly:
      online("a brief lock and catalogue work only")
    case .comment:
      online("a comment or a label takes a brief lock that neither readers nor writers wait for")
    case .constraintNotEnforced:
      online("a constraint that is NOT ENFORCED binds no row, so the lock is brief")
    case .constraintNotValid:
      online("existing rows are left unchecked, so the lock is brief")
    case .constraintOnEmptyTable:
      online("the table holds no rows to check")
    case .constraintSmallTable:
      online("the table is below validation_threshold_rows, so the scan is short")
    case .constraintUsingIndex:
      online("the index is there, so the constraint takes a brief lock")
    case .createMaterializedView:
      online("its query runs once, and no client uses the view yet")
    case .createTable:
      online("a new table takes a brief lock on the tables that it references")
    case .createTrigger:
      online("a brief lock that writers wait for")
    case .createView:
      online("a brief lock on the view; its query is not run")
    case .detachPartition:
      online("a brief lock on parent and partition, or none with CONCURRENTLY")
    case .domainConstraintShort:
      online(
        "every table with a column of the domain is below validation_threshold_rows, so the scan is short"
      )
    case .dropConstraint:
      online("a constraint is dropped under a brief lock")
    case .dropIndex:
      online("an index is dropped without blocking readers or writers")
    case .enumValue:
      online("a new value of an enum is an entry in the catalogue; no table is read")
    case .grant:
      online("a privilege is an entry in the catalogue")
    case .revoke:
      online(
        "a privilege is an entry in the catalogue; as a warning: clients that use the privilege begin to fail"
      )
    case .guardedAlready:
      online("the guard of the DO block finds what it would make, so that it does nothing")
    case .indexConcurrently:
      online("the index is built without blocking readers or writers")
    case .indexExists:
      online("the index is there already and IF NOT EXISTS was written")
    case .indexOnEmptyTable:
      online("the table holds no rows to index")
    case .indexOnOnly:
      online("ON ONLY a partitioned table makes an entry in the catalogue; nothing is built")
    case .insertValues:
      online("only the rows that stand in the statement are written")
    case .notNullAlready:
      online("the column is NOT NULL already")
    case .notNullOfEmptyTable:
      online("the table holds no rows to check")
    case .notNullProved:
      online("a valid constraint proves it, so there is no scan")
    case .notNullSmallTable:
      online("the table is below validation_threshold_rows, so the scan is short")
    case .refreshConcurrently:
      online("readers of the view go on while its query runs")
    case .refreshNewView:
      online("the migration makes the view, and no client uses it yet")
    case .reindexConcurrently:
      online("the index is built again without blocking readers or writers")
    case .rename:
      online("a rename takes a brief lock")
    case .selectConstant:
      online("a query of constants changes nothing")
    case .setExpressionVirtual:
      online("a virtual column is computed when it is read, so the lock is brief")
    case .setSequenceValue:
      online("setval and nextval change a sequence, which has no lock that clients wait for")
    case .settingUnchanged:
      online("the session has this value already")
    case .typeCatalogueOnly:
      online("the new type reads the same bytes, so the table is not rewritten")
    case .typeOfEmptyTable:
      online("the table holds no rows to convert")
    case .vacuum:
      online("readers and writers go on")
    case .validateConstraint:
      online("readers and writers go on during the check")
    case .writeByKey:
      online("the rows are chosen by a unique key, so that few are locked")
    case .writeSmallTable:
      online(
        "every table of the statement is below validation_threshold_rows, so the write is short")
    case .writeToEmptyTable:
      online("the table holds no rows")
    case .writeToNewTable:
      online("the migration makes the table, so no client waits for its rows")
    // MARK: Staged
    case .addColumnVolatile:
      staged(
        "every row needs a value of its own: a hook fills new rows and a backfill the old ones")
    case .attachScans:
      staged(
        "a CHECK proves the partition's bound, its indexes are built CONCURRENTLY, and it is attached in a moment"
      )
    case .batchedDelete:
      staged("the rows of a DELETE go in batches, each by a short transaction of its own")
    case .batchedInsert:
      staged(
        "the rows of an INSERT … SELECT are listed once and written in batches, each by a short transaction"
      )
    case .batchedUpdate:
      staged("the rows of an UPDATE are changed in batches, each by a short transaction of its own")
    case .checkScans:
      staged("a CHECK is added NOT VALID and validated without blocking writers")
    case .codecTransition:
      staged("every row is encoded anew into a replacement column")
    case .dropTableReferenced:
      staged("many foreign keys reference the table; they are dropped one at a time first")
    case .foreignKeyScans:
      staged("a foreign key is added NOT VALID and validated without blocking writers")
    case .foreignKeysMany:
      staged("many foreign keys onto one table take their locks one at a time")
    case .indexBlocksWriters:
      staged("the index is built CONCURRENTLY, partition by partition where there are some")
    case .notNullScans:
      staged("a CHECK constraint proves NOT NULL before it is set")
    case .typeRewrites:
      staged("a replacement column takes the values of the new type")
    case .uniqueBuildsIndex:
      staged("the unique index is built CONCURRENTLY, and the constraint takes it over")
    // MARK: Destructive
    case .dropColumn:
      destructive("the values of the column are lost")
    case .dropObject:
      destructive("what is dropped is lost")
    case .opaqueStatement:
      destructive("what it does cannot be told, and a comment of the file vouches for it")
    case .truncate:
      destructive("every row is lost")
    // MARK: Refused
    case .addColumnConstrainedDomain:
      refused(
        "an empty column of a domain with constraints rewrites the table",
        instead: "use the domain's base type and a CHECK constraint")
    case .addColumnGenerated:
      refused(
        "a stored generated column rewrites the table",
        instead: "add a plain column kept by a trigger, or a view")
    case .addColumnNamedIdentity:
      refused(
        "SEQUENCE NAME of an identity column is only free at the end of a plan",
        instead: "leave SEQUENCE NAME out and rename the sequence in a migration after")
    case .addColumnNotNull:
      refused(
        "nothing can fill a NOT NULL column without a default in existing rows",
        instead: "add a default")
    case .addColumnUnknown:
      refused(
        "the column cannot be tried on an empty copy of the table",
        instead: "create the type, or what the default needs, in a migration before")
    case .addColumnVirtualNotNull:
      refused(
        "a virtual column is computed and checked in every row under a lock that blocks readers and writers",
        instead: "leave NOT NULL out and SET NOT NULL in a second statement, which is staged")
    case .addColumnVolatileInherited:
      refused(
        "every row needs a value of its own, in the tables that inherit it too",
        instead:
          "add the column without the default, SET DEFAULT in a second statement, and fill the old rows in batches"
      )
    case .attachUnprovable:
      refused(
        "the server reads the rows of the partition under a lock, whatever proves its bound",
        instead: "attach an empty table of that shape, and move the rows there in batches")
    case .call:
      refused(
        "what a procedure, EXECUTE or EXPLAIN does cannot be told from its text",
        instead: "write the statements themselves")
    case .cannotBeStaged:
      refused(
        "two changes of the migration get in each other's way",
        instead: "put them into migrations of their own")
    case .cluster:
      refused(
        "the table is copied under a lock that blocks readers and writers",
        instead: "use an extension that repacks online")
    case .concurrentIndexOnPartitionedTable:
      refused(
        "the server refuses CONCURRENTLY on a partitioned table",
        instead: "leave CONCURRENTLY out: the index is staged, partition by partition")
    case .concurrentIndexWithoutName:
      refused(
        "an interrupted build would leave an index that has no known name",
        instead: "name the index, or leave CONCURRENTLY out")
    case .copy:
      refused(
        "COPY may write many rows in one transaction",
        instead: "load the rows outside the migration")
    case .copyData:
      refused(
        "COPY … FROM stdin takes its rows from the client, and a migration has none to send",
        instead: "write INSERT … VALUES, or load the rows outside the migration")
    case .delete:
      refused(
        "it may change many rows in one transaction and hold their locks until the end",
        instead: "delete the rows in batches outside the migration")
    case .dependsOnEarlier:
      refused(
        "it depends on what an earlier statement of the file changes, which only a copy of the schema could tell",
        instead: "put it into a migration of its own, after this one")
    case .differsFromForecast:
      refused(
        "the statement did other work than was forecast, and was rolled back",
        instead: "put it into a migration of its own, after the one that changes what it names")
    case .doBlock:
      refused(
        "what a DO block does cannot be told from its text, unless it holds plain statements, and guards that read the catalogue",
        instead:
          "write the statements themselves (IF NOT EXISTS, ON CONFLICT DO NOTHING), or vouch for it: "
          + "-- djogi:opaque REASON")
    case .domainConstraintScans:
      refused(
        "every table with a column of the domain is read under a lock that blocks writers",
        instead:
          "add the constraint NOT VALID, which binds new values; or use CHECK constraints on the tables"
      )
    case .dropWrongKind:
      refused(
        "the relation is of another kind, so the server would refuse the DROP",
        instead: "write DROP with the relation's kind")
    case .enforceConstraint:
      refused(
        "every row would be checked under a lock that blocks writers",
        instead: "drop the constraint and add it again enforced, which is staged")
    case .exclusionConstraint:
      refused(
        "its index is built under a lock that blocks writers, and there is no NOT VALID form",
        instead: "create a new table with the constraint and move the rows")
    case .insertSelect:
      refused(
        "it may write many rows in one transaction",
        instead: "write the rows in batches outside the migration")
    case .lockTable:
      refused(
        "it blocks clients for as long as the transaction lasts",
        instead: "leave it out: each step takes the lock that it needs")
    case .merge:
      refused(
        "it may change many rows in one transaction and hold their locks until the end",
        instead:
          "write an UPDATE … FROM and an INSERT … SELECT … ON CONFLICT DO NOTHING, which are made in "
          + "batches")
    case .metaCommand:
      refused("it is a command of psql and no SQL", instead: "write its SQL instead")
    case .notNullUnproved:
      refused(
        "the column's NOT NULL is NOT VALID, so every row would be checked under a lock that blocks "
          + "readers and writers",
        instead: "write VALIDATE CONSTRAINT and its name, which blocks no client")
    case .notNullWithoutValues:
      refused(
        "the migration adds the column without a default, so every row holds NULL",
        instead: "add the column with a default")
    case .notUnderstood:
      refused(
        "the grammar of PostgreSQL \(MigrationParser.grammarMajor), by which statements are judged, does not read it",
        instead: "write it in a form that PostgreSQL \(MigrationParser.grammarMajor) reads")
    case .primaryKeyOverNull:
      refused(
        "a column of the index is not NOT NULL yet, so every row would be checked",
        instead: "SET NOT NULL in a migration before")
    case .refresh:
      refused(
        "readers of the view are blocked while its query runs",
        instead: "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index")
    case .reindex:
      refused("writers are blocked while the index is built", instead: "REINDEX … CONCURRENTLY")
    case .select:
      refused(
        "a query that calls functions or locks rows may do anything",
        instead: "write the statements themselves")
    case .serverRefuses:
      refused(
        "the server refuses the statement on an empty copy of the table",
        instead: "fix the statement; PostgreSQL would reject it too")
    case .sessionSetting:
      refused(
        "it changes what later statements mean, and a plan runs in several sessions",
        instead:
          "set search_path once, before any name; set what else the application needs per role")
    case .setAccessMethod:
      refused(
        "the table is copied under a lock that blocks readers and writers",
        instead: "create a new table and move the rows")
    case .setExpression:
      refused(
        "the table is copied under a lock that blocks readers and writers",
        instead: "add a second column and swap it in the application")
    case .setLogged:
      refused(
        "the table is copied under a lock that blocks readers and writers",
        instead: "create a logged table and move the rows")
    case .setTablespace:
      refused(
        "the table is copied under a lock that blocks readers and writers",
        instead: "move the table with a copy and logical replication")
    case .setUnlogged:
      refused(
        "the table is copied under a lock that blocks readers and writers",
        instead: "create an unlogged table and move the rows")
    case .transactionControl:
      refused(
        "a live plan manages its own transactions", instead: "leave BEGIN, COMMIT and SAVEPOINT out"
      )
    case .typeAttributeRewrites:
      refused(
        "CASCADE rewrites every typed table of the composite type under a lock",
        instead: "change the typed tables in migrations of their own")
    case .noRoomForColumn:
      refused(
        "the table, or a row with a value in each column, has no room for the column that would take its place",
        instead: "move the rows into a new table, or drop columns in a migration before")
    case .typeConversionUnknown:
      refused(
        "the conversion cannot be tried on an empty copy of the table",
        instead: "create the type, or what the expression needs, in a migration before")
    case .typeConversionBeyondRow:
      refused(
        "the conversion reads more than the row's columns: the clock, the session, the row's place",
        instead: "write an expression that depends on the row's columns alone")
    case .typeConversionVolatile:
      refused(
        "the conversion gives another value at each call",
        instead: "write an expression that depends on the row alone")
    case .typeIsConstrainedDomain:
      refused(
        "an empty column of a domain with constraints rewrites the table",
        instead: "use the domain's base type and a CHECK constraint")
    case .typeWithDependents:
      refused(
        "something that depends on the column cannot be carried to a replacement",
        instead: "drop it in a migration before and create it again in one after")
    case .unforeseenWork:
      refused(
        "the server would do work under the statement's lock that no rule foresees",
        instead: "run it by hand at a quiet hour, or write it in smaller steps")
    case .uniqueDeferrable:
      refused(
        "a deferrable key's index cannot be built beside clients without checking their rows at once",
        instead: "leave DEFERRABLE out, or build the index and ADD … USING INDEX … DEFERRABLE")
    case .uniqueOverForeignPartition:
      refused(
        "a partition is a foreign table, where no index can be built",
        instead: "detach the foreign partition first")
    case .unknownTable:
      refused(
        "there is no such table in the database",
        instead: "check the name and the search_path, or create the table first")
    case .update:
      refused(
        "it may change many rows in one transaction and hold their locks until the end",
        instead: "change the rows in batches outside the migration")
    case .vacuumFull:
      refused(
        "the table is copied under a lock that blocks readers and writers",
        instead: "plain VACUUM, or an extension that repacks online")
    // MARK: Warning
    case .behaviourChanges:
      warning("clients' statements do, see or get something else from then on")
    case .charColumn:
      warning("char(n) pads values with blanks", instead: "use text and a CHECK")
    case .concurrentIndexCorrupts:
      warning(
        "PostgreSQL 14.0 to 14.3 may build a corrupt index concurrently", instead: "upgrade first")
    case .defaultChanges:
      warning("new rows hold another value from then on")
    case .detachLocksParent:
      warning("it waits for every query on the parent", instead: "DETACH PARTITION … CONCURRENTLY")
    case .domainWithConstraint:
      warning(
        "a column of a domain with constraints cannot be added or changed without a rewrite",
        instead: "use the base type and a CHECK on the table")
    case .dropConstraintUnprotects:
      warning("nothing holds rows to the constraint from then on")
    case .dropExpression:
      warning("the column is no longer computed from others")
    case .dropNotNull:
      warning("clients that read the column must be ready for NULL")
    case .enumValueOrder:
      warning("the new value sorts last", instead: "use BEFORE or AFTER to place it")
    case .identifierTooLong:
      warning("the server cuts names to 63 bytes")
    case .identityChanges:
      warning("new rows get their values another way from then on")
    case .indexExistsInvalid:
      warning("an invalid index of that name is left as it is", instead: "drop it first")
    case .indexManyColumns:
      warning("an index over more than three columns is rarely worth its writes")
    case .jsonColumn:
      warning("json has no equality, so SELECT DISTINCT fails on it", instead: "use jsonb")
    case .narrowKey:
      warning("a 32-bit key runs out of values", instead: "use bigserial, or a bigint identity")
    case .newWriteRestriction:
      warning("writers that do not keep to the rule begin to fail")
    case .partitionLocksParent:
      warning(
        "the parent is locked, and rows of its default partition are checked",
        instead: "create the table by itself and ATTACH PARTITION")
    case .preferIdentity:
      warning("an identity column needs no privilege on its sequence")
    case .referencingColumnLeftBehind:
      warning("a column that references the key keeps its narrower type")
    case .renameBreaksClients:
      warning("clients that use the old name fail from the rename on")
    case .sequenceLeftNarrow:
      warning(
        "the column's sequence keeps its narrower type", instead: "ALTER SEQUENCE … AS bigint")
    case .setSchemaBreaksClients:
      warning("clients that name the old schema fail from then on")
    case .timestampWithoutZone:
      warning("timestamp does not say which moment it is", instead: "use timestamptz")
    case .truncateCascade:
      warning("tables that reference these are emptied too", instead: "list them")
    case .typeUnknownOffline:
      warning(
        "without a server the type may be a domain with constraints, which rewrites the table",
        instead: "lint --ask-server")
    }
  }

  private func online(_ text: String) -> Rule { Rule(id: self, severity: .online, text: text) }
  private func staged(_ text: String) -> Rule { Rule(id: self, severity: .staged, text: text) }
  private func destructive(_ text: String, instead: String? = nil) -> Rule {
    Rule(id: self, severity: .destructive, text: text, advice: instead)
  }
  private func refused(_ text: String, instead: String) -> Rule {
    Rule(id: self, severity: .refused, text: text, advice: instead)
  }
  private func warning(_ text: String, instead: String? = nil) -> Rule {
    Rule(id: self, severity: .warning, text: text, advice: instead)
  }
}
