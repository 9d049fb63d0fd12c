/// What the connected server would do for a statement, learnt from a run against an empty clone.
public struct Forecast: Sendable, Hashable, Codable {
  /// The strongest lock on each table or view that exists outside the statement.
  ///
  /// `ACCESS SHARE`, which every query takes, is left out.
  public var locks: [RelationLock]
  /// Whether the table's file would be written anew.
  public var rewrites: Bool
  /// Whether every row would be read under the lock.
  public var scans: Bool
  /// Whether an index would be built under the lock.
  public var buildsIndex: Bool

  /// A lock that the statement holds until its transaction ends.
  public struct RelationLock: Sendable, Hashable, Codable {
    /// The relation's name.
    public var relation: String
    /// The lock's mode.
    public var mode: LockMode

    /// Describes a lock.
    public init(relation: String, mode: LockMode) {
      self.relation = relation
      self.mode = mode
    }
  }

  /// Describes what a statement does.
  public init(
    locks: [RelationLock] = [], rewrites: Bool = false, scans: Bool = false,
    buildsIndex: Bool = false
  ) {
    self.locks = locks
    self.rewrites = rewrites
    self.scans = scans
    self.buildsIndex = buildsIndex
  }

  /// Whether it only touches the catalogue: no rewrite, scan or build.
  public var catalogueOnly: Bool { !rewrites && !scans && !buildsIndex }
}

/// The table-level lock modes, weakest first (PostgreSQL manual, section 13.3.1).
public enum LockMode: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  case accessShare = "AccessShareLock"
  case rowShare = "RowShareLock"
  case rowExclusive = "RowExclusiveLock"
  case shareUpdateExclusive = "ShareUpdateExclusiveLock"
  case share = "ShareLock"
  case shareRowExclusive = "ShareRowExclusiveLock"
  case exclusive = "ExclusiveLock"
  case accessExclusive = "AccessExclusiveLock"

  /// Weaker first.
  public static func < (left: LockMode, right: LockMode) -> Bool { left.strength < right.strength }

  private var strength: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
