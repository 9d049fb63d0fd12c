public import Postgres

/// One constraint (`pg_constraint`).
public struct ConstraintFacts: Sendable, Hashable {
  /// The constraint's name.
  public var name: String
  /// What it demands.
  public var kind: Kind
  /// Every column of the table that it is about.
  public var columns: [String]
  /// What `pg_get_constraintdef` writes.
  public var definition: String
  /// Whether existing rows were checked.
  public var validated: Bool
  /// Whether it binds rows at all (`NOT ENFORCED` in PostgreSQL 18 and later binds none).
  public var enforced = true
  /// Whether it is a key `WITHOUT OVERLAPS` or a foreign key with a `PERIOD` (PostgreSQL 18 and later).
  public var isTemporal = false
  /// Whether its check may wait for the transaction's end.
  public var deferrable: Bool
  /// Whether its check waits unless told otherwise.
  public var initiallyDeferred: Bool
  /// The comment.
  public var comment: String?
  /// Whether it comes from a parent table.
  public var inherited: Bool

  /// What a constraint demands (`pg_constraint.contype`).
  public enum Kind: String, Sendable, Hashable {
    case check = "c"
    case foreignKey = "f"
    case unique = "u"
    case primaryKey = "p"
    case exclusion = "x"
    case notNull = "n"
    case trigger = "t"
  }

  /// Gathers a constraint's facts.
  public init(
    name: String, kind: Kind, columns: [String], definition: String, validated: Bool = true,
    deferrable: Bool = false, initiallyDeferred: Bool = false, comment: String? = nil,
    inherited: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.columns = columns
    self.definition = definition
    self.validated = validated
    self.deferrable = deferrable
    self.initiallyDeferred = initiallyDeferred
    self.comment = comment
    self.inherited = inherited
  }
}

/// A foreign key of another table.
public struct ForeignKeyFacts: Sendable, Hashable {
  /// The constraint's name.
  public var name: String
  /// The table that holds it, resolved.
  public var table: QualifiedName
  /// Its columns there.
  public var columns: [String]
  /// The columns that it references here.
  public var referencedColumns: [String]
  /// What `pg_get_constraintdef` writes.
  public var definition: String
  /// Whether existing rows were checked.
  public var validated: Bool
  /// Whether the table that holds it is partitioned.
  public var partitioned: Bool
  /// The comment.
  public var comment: String?

  /// Gathers a foreign key's facts.
  public init(
    name: String, table: QualifiedName, columns: [String], referencedColumns: [String],
    definition: String, validated: Bool, partitioned: Bool = false, comment: String? = nil
  ) {
    self.name = name
    self.table = table
    self.columns = columns
    self.referencedColumns = referencedColumns
    self.definition = definition
    self.validated = validated
    self.partitioned = partitioned
    self.comment = comment
  }
}
