public import Postgres

/// What the server would do for an `ATTACH PARTITION`, and what makes it do none of it under a lock.
public struct AttachmentFacts: Sendable, Hashable {
  /// What the partition may hold, as an SQL condition over a row; `nil` for anything.
  public var bound: String?
  /// What the parent's default partition may hold from then on; `nil` without one.
  public var rest: String?
  /// The `CREATE INDEX` of each index that the partition gets, without a name.
  public var indexes: [String]
  /// What the server would call each of these, on the partition and its own partitions.
  public var indexNames: [[QualifiedName: String]]
  /// The keys and foreign keys that the partition gets.
  public var constraints: [AddConstraint]
  /// Why the server would read rows or build an index all the same, each in a sentence.
  public var obstacles: [String]

  /// Gathers what was learnt.
  public init(
    bound: String? = nil, rest: String? = nil, indexes: [String] = [],
    indexNames: [[QualifiedName: String]] = [], constraints: [AddConstraint] = [],
    obstacles: [String] = []
  ) {
    self.bound = bound
    self.rest = rest
    self.indexes = indexes
    self.indexNames = indexNames
    self.constraints = constraints
    self.obstacles = obstacles
  }
}
