public import Postgres

/// `ALTER TABLE … ALTER COLUMN … TYPE`.
public struct AlterColumnType: Sendable, Hashable {
  /// The column whose type changes.
  public var target: ColumnReference
  /// The new type as SQL, modifiers and array bounds included.
  public var type: String
  /// The `COLLATE` clause's name as SQL.
  public var collation: String?
  /// The `USING` expression as SQL.
  public var using: String?

  /// Describes a type change.
  public init(
    target: ColumnReference, type: String, collation: String? = nil, using: String? = nil
  ) {
    self.target = target
    self.type = type
    self.collation = collation
    self.using = using
  }
}

/// `ALTER TABLE … ADD COLUMN`.
public struct AddColumn: Sendable, Hashable {
  /// The new column.
  public var target: ColumnReference
  /// The type as SQL; `serial` forms are kept as written.
  public var type: String
  /// The `DEFAULT` expression as SQL.
  public var defaultExpression: String?
  /// Whether the column is declared `NOT NULL` (a primary key is too).
  public var notNull: Bool
  /// `ALWAYS` or `BY DEFAULT` when it is an identity column.
  public var identity: IdentityKind?
  /// The options of the identity's sequence as SQL, without their brackets: `START 100 CACHE 5`.
  public var identityOptions: String?
  /// Whether the options name the sequence.
  public var namesIdentitySequence = false
  /// Whether the type is one of `smallserial`, `serial`, `bigserial`.
  public var isSerial: Bool
  /// Whether it is `GENERATED ALWAYS AS (…)`, stored or virtual.
  public var generated: GeneratedKind?
  /// What a generated column is computed from, as SQL.
  public var generatedExpression: String?
  /// The word behind `STORAGE`.
  public var storage: String?
  /// The word behind `COMPRESSION`.
  public var compression: String?
  /// The name that its `NOT NULL` is given, which servers before 18 forget.
  public var notNullName: String?
  /// Whether its `NOT NULL` says `NO INHERIT` (PostgreSQL 18 and later).
  public var notNullStays = false
  /// The constraints declared on the column other than `NOT NULL`.
  public var constraints: [AddConstraint]
  /// Whether `IF NOT EXISTS` was written.
  public var ifNotExists: Bool
  /// The `COLLATE` clause's name as SQL.
  public var collation: String?

  /// The clauses between the type and the constraints: storage, compression, collation.
  public var keeping: String {
    (storage.map { " STORAGE " + $0 } ?? "") + (compression.map { " COMPRESSION " + $0 } ?? "")
      + (collation.map { " COLLATE " + $0 } ?? "")
  }

  /// How an identity column takes its values.
  public enum IdentityKind: String, Sendable, Hashable { case always = "a", byDefault = "d" }
  /// How a generated column is kept.
  public enum GeneratedKind: Sendable, Hashable { case stored, virtual }

  /// Describes a new column.
  public init(
    target: ColumnReference, type: String, defaultExpression: String? = nil, notNull: Bool = false,
    identity: IdentityKind? = nil, isSerial: Bool = false, generated: GeneratedKind? = nil,
    constraints: [AddConstraint] = [], ifNotExists: Bool = false, collation: String? = nil
  ) {
    self.target = target
    self.type = type
    self.defaultExpression = defaultExpression
    self.notNull = notNull
    self.identity = identity
    self.isSerial = isSerial
    self.generated = generated
    self.constraints = constraints
    self.ifNotExists = ifNotExists
    self.collation = collation
  }
}

/// A constraint that a migration adds to a table or, inline, to a new column.
public struct AddConstraint: Sendable, Hashable {
  /// The table that gets the constraint.
  public var table: QualifiedName
  /// The name as written; `nil` when the server chooses it.
  public var name: String?
  /// What it demands.
  public var kind: Kind
  /// Whether existing rows are left unchecked.
  public var notValid: Bool
  /// Whether it binds rows at all: `NOT ENFORCED` (PostgreSQL 18 and later) binds none.
  public var enforced = true
  /// Whether a foreign key's last column is a `PERIOD`, which several rows of the other table may cover together
  /// (PostgreSQL 18 and later).
  public var isTemporal = false
  /// Whether `DEFERRABLE` was written.
  public var deferrable: Bool
  /// Whether `INITIALLY DEFERRED` was written.
  public var initiallyDeferred: Bool
  /// An existing index to build on (`USING INDEX`).
  public var usingIndex: String?
  /// The constraint as table-constraint SQL without its name and without `NOT VALID`: `CHECK (a > 0)`.
  ///
  /// It is empty when the change came from no SQL.
  public var definition: String

  /// What a constraint demands.
  public enum Kind: Sendable, Hashable {
    case check(expression: String)
    /// `NOT NULL column` as a constraint of its own (PostgreSQL 18 and later).
    case notNull(column: String)
    case foreignKey(columns: [String], references: QualifiedName, referencedColumns: [String])
    case unique(columns: [String], nullsNotDistinct: Bool)
    case primaryKey(columns: [String])
    /// `EXCLUDE`, and keys `WITHOUT OVERLAPS`, whose index is of the same kind.
    case exclude
  }

  /// Describes a constraint.
  public init(
    table: QualifiedName, name: String?, kind: Kind, notValid: Bool = false,
    deferrable: Bool = false, initiallyDeferred: Bool = false, usingIndex: String? = nil,
    definition: String = ""
  ) {
    self.table = table
    self.name = name
    self.kind = kind
    self.notValid = notValid
    self.deferrable = deferrable
    self.initiallyDeferred = initiallyDeferred
    self.usingIndex = usingIndex
    self.definition = definition
  }
}
