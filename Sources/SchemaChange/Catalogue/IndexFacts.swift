public import Postgres

/// One index (`pg_index`).
public struct IndexFacts: Sendable, Hashable {
  /// The resolved name, schema always present.
  public var name: QualifiedName
  /// What `pg_get_indexdef` writes.
  public var definition: String
  /// Every column of the table that it needs: keys, included ones, those in expressions and its predicate.
  public var columns: [String]
  /// Whether it is unique.
  public var unique: Bool
  /// Whether it is the primary key's.
  public var primary: Bool
  /// Whether it can be used (`indisvalid`).
  public var valid: Bool
  /// The constraint that it serves.
  public var constraint: String?
  /// Whether `CLUSTER ON` names it.
  public var clustered: Bool
  /// Whether it is the replica identity.
  public var replicaIdentity: Bool
  /// The comment.
  public var comment: String?
  /// The tablespace when it is not the database's.
  public var tablespace: String?
  /// Statistics targets of its expression columns, by column number from 1.
  public var statisticsTargets: [Int: Int]
  /// The index of the parent table that it is attached to.
  public var parent: QualifiedName?

  /// Gathers an index's facts.
  public init(
    name: QualifiedName, definition: String, columns: [String], unique: Bool = false,
    primary: Bool = false, valid: Bool = true, constraint: String? = nil, clustered: Bool = false,
    replicaIdentity: Bool = false, comment: String? = nil, tablespace: String? = nil,
    statisticsTargets: [Int: Int] = [:], parent: QualifiedName? = nil
  ) {
    self.name = name
    self.definition = definition
    self.columns = columns
    self.unique = unique
    self.primary = primary
    self.valid = valid
    self.constraint = constraint
    self.clustered = clustered
    self.replicaIdentity = replicaIdentity
    self.comment = comment
    self.tablespace = tablespace
    self.statisticsTargets = statisticsTargets
    self.parent = parent
  }
}
