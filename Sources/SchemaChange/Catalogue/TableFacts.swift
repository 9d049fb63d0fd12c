public import Postgres

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
  /// Whether it takes the rows of its parent that no other partition takes.
  public var isDefaultPartition = false
  /// The columns that it has or had: those that were dropped keep their slots.
  public var columnSlots = 0
  /// The most that a table may have (manual, appendix K).
  public static let mostColumnSlots = 1600
  /// The columns of its partition key, those inside expressions too.
  public var partitionKeyColumns: [String]
  /// The columns anywhere that store rows of it, each described.
  public var rowTypeHolders: [String]
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
    partitionKeyColumns: [String] = [], rowTypeHolders: [String] = [], owner: String,
    indexTable: QualifiedName? = nil
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
    self.rowTypeHolders = rowTypeHolders
    self.owner = owner
    self.indexTable = indexTable
  }

  /// The column of that name.
  public func column(_ name: String) -> ColumnFacts? { columns.first { $0.name == name } }

  /// The partition that takes what no other one takes.
  public var defaultPartition: TableFacts? { partitions.first(where: \.isDefaultPartition) }

  /// The table itself and every partition below it, parents first.
  public var tree: [TableFacts] { [self] + partitions.flatMap(\.tree) }

  /// The indexes of partitions that are attached, directly or through others, to an index of this table.
  public func indexes(below root: QualifiedName) -> [QualifiedName] {
    let children = tree.flatMap(\.indexes).filter { $0.parent == root }.map(\.name)
    return children + children.flatMap(indexes)
  }
}
