internal import Postgres

extension QualifiedName {
  /// Locks the table and then its partitions, in the order in which clients come to them.
  ///
  /// Some statements go the other way round: `DROP TRIGGER` begins with the partitions, and would be in a circle with
  /// a client that comes from above.
  var exclusiveLock: String { "LOCK TABLE \(self) IN ACCESS EXCLUSIVE MODE" }
}
