public import Postgres

/// What the connected server's catalogue says about the relations that a migration names.
public struct CatalogueFacts: Sendable, Hashable {
  /// The server's version as `server_version_num` has it, 150020 for 15.20.
  public var serverVersion: Int
  /// The existing tables, under each name that the migration uses for them.
  public var tables: [QualifiedName: TableFacts]
  /// The names that nothing new can bear, in the schemas of these tables.
  public var takenNames: TakenNames

  /// Gathers facts.
  public init(
    serverVersion: Int, tables: [QualifiedName: TableFacts] = [:],
    takenNames: TakenNames = TakenNames()
  ) {
    self.serverVersion = serverVersion
    self.tables = tables
    self.takenNames = takenNames
  }

  /// The facts of the table that a migration calls `name`; `nil` when there is no such table.
  public func table(_ name: QualifiedName) -> TableFacts? { tables[name] }
}

/// One table, or one partition of it.
public struct TableFacts: Sendable, Hashable {
  /// The `pg_class` row's object identifier.
  public var oid: UInt32
  /// The resolved name, schema always present.
  public var name: QualifiedName
  /// What kind of relation it is.
  public var kind: Kind
  /// `reltuples`, summed over partitions; `nil` when the server does not know (it counts as large).
  public var estimatedRows: Int64?
  /// Whether a row was found in it just now, whatever the estimate says.
  public var hasRows: Bool
  /// Its columns in order, dropped ones left out.
  public var columns: [ColumnFacts]
  /// Its constraints but for foreign keys of other tables.
  public var constraints: [ConstraintFacts]
  /// Its indexes, those of constraints too.
  public var indexes: [IndexFacts]
  /// Its own triggers, internal ones left out.
  public var triggers: [TriggerFacts]
  /// Its extended statistics objects.
  public var statistics: [StatisticsFacts]
  /// Publications that list columns of it.
  public var publications: [PublicationFacts]
  /// What else depends on its columns and cannot be carried to another column.
  public var dependents: [Dependent]
  /// Foreign keys of other tables that reference it.
  public var inboundForeignKeys: [ForeignKeyFacts]
  /// Its direct partitions (or inheritance children), each with its own facts.
  public var partitions: [TableFacts]
  /// The columns of its partition key, those inside expressions too.
  public var partitionKeyColumns: [String]
  /// The role that owns it.
  public var owner: String
  /// The table that an index is on; `nil` for what is no index.
  public var indexTable: QualifiedName?

  /// What kind of relation it is (`pg_class.relkind`).
  public enum Kind: String, Sendable, Hashable {
    case table = "r"
    case partitioned = "p"
    case view = "v"
    case materializedView = "m"
    case foreign = "f"
    case sequence = "S"
    case index = "i"
    case partitionedIndex = "I"
    case composite = "c"
    case toast = "t"
  }

  /// Gathers a table's facts.
  public init(
    oid: UInt32, name: QualifiedName, kind: Kind, estimatedRows: Int64?, hasRows: Bool,
    columns: [ColumnFacts], constraints: [ConstraintFacts] = [], indexes: [IndexFacts] = [],
    triggers: [TriggerFacts] = [], statistics: [StatisticsFacts] = [],
    publications: [PublicationFacts] = [], dependents: [Dependent] = [],
    inboundForeignKeys: [ForeignKeyFacts] = [], partitions: [TableFacts] = [],
    partitionKeyColumns: [String] = [], owner: String, indexTable: QualifiedName? = nil
  ) {
    self.oid = oid
    self.name = name
    self.kind = kind
    self.estimatedRows = estimatedRows
    self.hasRows = hasRows
    self.columns = columns
    self.constraints = constraints
    self.indexes = indexes
    self.triggers = triggers
    self.statistics = statistics
    self.publications = publications
    self.dependents = dependents
    self.inboundForeignKeys = inboundForeignKeys
    self.partitions = partitions
    self.partitionKeyColumns = partitionKeyColumns
    self.owner = owner
    self.indexTable = indexTable
  }

  /// The column of that name.
  public func column(_ name: String) -> ColumnFacts? { columns.first { $0.name == name } }

  /// The table itself and every partition below it, parents first.
  public var tree: [TableFacts] { [self] + partitions.flatMap(\.tree) }

  /// The indexes of partitions that are attached, directly or through others, to an index of this table.
  public func indexes(below root: QualifiedName) -> [QualifiedName] {
    let children = tree.flatMap(\.indexes).filter { $0.parent == root }.map(\.name)
    return children + children.flatMap(indexes)
  }
}

/// One column (`pg_attribute`).
public struct ColumnFacts: Sendable, Hashable {
  /// The column's name.
  public var name: String
  /// The type as `format_type` writes it, modifiers included.
  public var type: String
  /// Whether it is `NOT NULL`.
  public var notNull: Bool
  /// The default as `pg_get_expr` writes it; a generated column's expression too.
  public var defaultExpression: String?
  /// `a` or `d` for an identity column.
  public var identity: AddColumn.IdentityKind?
  /// Whether it is generated.
  public var isGenerated: Bool
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

/// One trigger of the application (`pg_trigger`).
public struct TriggerFacts: Sendable, Hashable {
  /// The trigger's name.
  public var name: String
  /// What `pg_get_triggerdef` writes.
  public var definition: String
  /// The columns that its `UPDATE OF` list or `WHEN` clause names.
  public var columns: [String]
  /// Whether an `UPDATE` of a row fires it.
  public var firesOnUpdate: Bool
  /// How it is enabled: `O`, `D`, `R` or `A`.
  public var enabled: String
  /// Whether a partitioned parent declares it.
  public var inherited: Bool

  /// Gathers a trigger's facts.
  public init(
    name: String, definition: String, columns: [String], firesOnUpdate: Bool, enabled: String,
    inherited: Bool = false
  ) {
    self.name = name
    self.definition = definition
    self.columns = columns
    self.firesOnUpdate = firesOnUpdate
    self.enabled = enabled
    self.inherited = inherited
  }
}

/// One extended statistics object (`pg_statistic_ext`).
public struct StatisticsFacts: Sendable, Hashable {
  /// The resolved name.
  public var name: QualifiedName
  /// What `pg_get_statisticsobjdef` writes.
  public var definition: String
  /// Every column that it is about.
  public var columns: [String]
  /// The statistics target when one was set.
  public var target: Int?
  /// The comment.
  public var comment: String?

  /// Gathers a statistics object's facts.
  public init(
    name: QualifiedName, definition: String, columns: [String], target: Int? = nil,
    comment: String? = nil
  ) {
    self.name = name
    self.definition = definition
    self.columns = columns
    self.target = target
    self.comment = comment
  }
}

/// A publication that publishes chosen columns or rows of a table (PostgreSQL 15 and later).
public struct PublicationFacts: Sendable, Hashable {
  /// The publication's name.
  public var name: String
  /// The published columns; `nil` for all.
  public var columns: [String]?
  /// The row filter as SQL.
  public var rowFilter: String?

  /// Gathers a publication's facts.
  public init(name: String, columns: [String]?, rowFilter: String?) {
    self.name = name
    self.columns = columns
    self.rowFilter = rowFilter
  }
}

/// Something that depends on a column and that no pattern can carry to another.
public struct Dependent: Sendable, Hashable {
  /// What it is.
  public var kind: Kind
  /// The column that it depends on.
  public var column: String
  /// Its name, as `pg_describe_object` writes it.
  public var description: String

  /// The kinds of dependents.
  public enum Kind: String, Sendable, Hashable {
    case view, rule, policy, generatedColumn, trigger, function, publicationFilter, other
  }

  /// Describes a dependent.
  public init(kind: Kind, column: String, description: String) {
    self.kind = kind
    self.column = column
    self.description = description
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
