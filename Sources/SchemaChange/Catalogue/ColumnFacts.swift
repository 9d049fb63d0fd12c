public import Postgres

/// One column (`pg_attribute`).
public struct ColumnFacts: Sendable, Hashable {
  /// The column's name.
  public var name: String
  /// The type as `format_type` writes it, modifiers included.
  public var type: String
  /// Whether it is `NOT NULL`.
  public var notNull: Bool
  /// Whether its `NOT NULL` is `NOT VALID`, so that old rows may hold NULL (PostgreSQL 18 and later).
  public var notNullUnproved = false
  /// Whether its type is a domain that takes no NULL, so that the column must be named or have a default (manual, CREATE
  /// DOMAIN, "Notes").
  public var typeRefusesNull = false
  /// The default as `pg_get_expr` writes it; a generated column's expression too.
  public var defaultExpression: String?
  /// `a` or `d` for an identity column.
  public var identity: AddColumn.IdentityKind?
  /// Whether it is generated.
  public var isGenerated: Bool
  /// Whether it is computed when it is read (PostgreSQL 18 and later).
  public var isVirtual = false
  /// The collation as SQL when it differs from the type's own.
  public var collation: String?
  /// The comment.
  public var comment: String?
  /// The statistics target when one was set.
  public var statisticsTarget: Int?
  /// The storage when it differs from the type's own: `PLAIN`, `EXTERNAL`, `EXTENDED`, `MAIN`.
  public var storage: String?
  /// The compression method when one was set: `pglz`, `lz4`.
  public var compression: String?
  /// The attribute options, `n_distinct=100`.
  public var options: [String]
  /// Privileges on the column alone.
  public var grants: [ColumnGrant]
  /// Sequences that the column owns, identity sequences left out.
  public var ownedSequences: [QualifiedName]
  /// The sequence of an identity column.
  public var identitySequence: SequenceFacts?
  /// Whether a parent table declares it.
  public var inherited: Bool

  /// Gathers a column's facts.
  public init(
    name: String, type: String, notNull: Bool = false, defaultExpression: String? = nil,
    identity: AddColumn.IdentityKind? = nil, isGenerated: Bool = false, collation: String? = nil,
    comment: String? = nil, statisticsTarget: Int? = nil, storage: String? = nil,
    compression: String? = nil, options: [String] = [], grants: [ColumnGrant] = [],
    ownedSequences: [QualifiedName] = [], identitySequence: SequenceFacts? = nil,
    inherited: Bool = false
  ) {
    self.name = name
    self.type = type
    self.notNull = notNull
    self.defaultExpression = defaultExpression
    self.identity = identity
    self.isGenerated = isGenerated
    self.collation = collation
    self.comment = comment
    self.statisticsTarget = statisticsTarget
    self.storage = storage
    self.compression = compression
    self.options = options
    self.grants = grants
    self.ownedSequences = ownedSequences
    self.identitySequence = identitySequence
    self.inherited = inherited
  }
}

extension ColumnFacts {
  /// Whether no row holds NULL in it.
  public var holdsNoNull: Bool { notNull && !notNullUnproved }

  /// Whether a row is refused that gives it no value.
  public var mustBeGiven: Bool {
    (notNull || typeRefusesNull) && defaultExpression == nil && identity == nil && !isGenerated
  }
}

/// A privilege on one column (`pg_attribute.attacl`).
public struct ColumnGrant: Sendable, Hashable {
  /// The role, `nil` for `PUBLIC`.
  public var grantee: String?
  /// `SELECT`, `INSERT`, `UPDATE` or `REFERENCES`.
  public var privilege: String
  /// Whether it was given `WITH GRANT OPTION`.
  public var grantable: Bool

  /// Describes a privilege.
  public init(grantee: String?, privilege: String, grantable: Bool) {
    self.grantee = grantee
    self.privilege = privilege
    self.grantable = grantable
  }
}
