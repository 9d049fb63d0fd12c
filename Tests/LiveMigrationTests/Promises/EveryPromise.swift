import TestSupport

/// Those that this run takes: all, or some by name with `DJOGI_CASE=name,name`.
let chosenPromises = NamedCases.of(everyPromise) { $0.name }

/// Every migration that the tests hold a plan to: ended, reverted, under traffic, and killed anywhere.
let everyPromise: [Promise] =
  promises + constraintPromises + keyPromises + typePromises + redonePromises + indexPromises
  + partitionPromises + companionPromises + shapePromises + newColumns.map(\.promise)

extension NewColumn {
  /// The same migration for the tests that every one must pass.
  var promise: Promise {
    Promise(
      name: "new column: \(name)", setup: setup, migration: migration, table: table,
      ownValues: [column],
      clients: clients, clientsEnd: clientsEnd)
  }
}
