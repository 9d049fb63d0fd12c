internal import Postgres

/// What the server counts of updates (manual, section 28.2, `pg_stat_get_xact_tuples_updated` and its like).
struct UpdateCounts: Sendable, Hashable {
  var updated = 0
  /// Those whose new version found room on its page, so that no index needed a new entry.
  var heapOnly = 0

  /// The share of heap-only updates; `nil` where the server counts nothing.
  var heapOnlyShare: Double? { updated > 0 ? Double(heapOnly) / Double(updated) : nil }

  static func + (left: Self, right: Self) -> Self {
    Self(updated: left.updated + right.updated, heapOnly: left.heapOnly + right.heapOnly)
  }

  static func - (left: Self, right: Self) -> Self {
    Self(updated: left.updated - right.updated, heapOnly: left.heapOnly - right.heapOnly)
  }
}

extension UpdateCounts {
  init(_ row: Row) throws {
    updated = try row.decode("updated")
    heapOnly = try row.decode("hot")
  }
}
