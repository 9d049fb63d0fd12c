public import Postgres

/// What a migration wants of the schema: the hub between where a change came from and what is made of it.
///
/// Names are as written; ``CatalogueFacts`` resolves them. A case exists for each form that has a rule or a
/// pattern of its own; the rest is ``other(_:)``, which says its kind.
public enum SchemaOperation: Sendable, Hashable {
  case alterColumnType(AlterColumnType)
  case setNotNull(ColumnReference)
  case dropNotNull(ColumnReference)
  /// `SET DEFAULT` with an expression, `DROP DEFAULT` without.
  case columnDefault(ColumnReference, expression: String?)
  case addColumn(AddColumn)
  case dropColumn(ColumnReference, cascade: Bool)
  case addConstraint(AddConstraint)
  case validateConstraint(table: QualifiedName, name: String)
  case dropConstraint(table: QualifiedName, name: String, cascade: Bool)
  case createIndex(CreateIndex)
  case dropIndex(names: [QualifiedName], concurrently: Bool)
  case renameColumn(ColumnReference, to: String)
  case renameTable(QualifiedName, to: String)
  case createTable(CreateTable)
  case drop(DropObjects)
  case truncate(tables: [QualifiedName], cascade: Bool)
  case attachPartition(parent: QualifiedName, partition: QualifiedName)
  case detachPartition(parent: QualifiedName, partition: QualifiedName, concurrently: Bool)
  case createDomain(CreateDomain)
  case alterDomain(AlterDomain)
  case alterEnum(AlterEnum)
  case alterCompositeType(AlterCompositeType)
  /// A change with no field that a pattern needs; `kind` decides its rule.
  case other(OtherOperation)
}

/// A column of a table, as written.
public struct ColumnReference: Sendable, Hashable, Codable {
  /// The table that holds the column.
  public var table: QualifiedName
  /// The column's name.
  public var column: String

  /// Names a column.
  public init(table: QualifiedName, column: String) {
    self.table = table
    self.column = column
  }
}

/// `CREATE [UNIQUE] INDEX`.
public struct CreateIndex: Sendable, Hashable {
  /// The table that gets the index.
  public var table: QualifiedName
  /// The index's name; `nil` when the server chooses it.
  public var name: String?
  /// Whether it is unique.
  public var unique: Bool
  /// Whether `CONCURRENTLY` was written.
  public var concurrently: Bool
  /// Whether `IF NOT EXISTS` was written.
  public var ifNotExists: Bool
  /// Whether `ON ONLY` was written (a partitioned parent alone).
  public var only: Bool
  /// The plain columns that it names, key columns first; expressions are left out.
  public var columns: [String]

  /// Describes a new index.
  public init(
    table: QualifiedName, name: String?, unique: Bool, concurrently: Bool,
    ifNotExists: Bool = false,
    only: Bool = false, columns: [String] = []
  ) {
    self.table = table
    self.name = name
    self.unique = unique
    self.concurrently = concurrently
    self.ifNotExists = ifNotExists
    self.only = only
    self.columns = columns
  }
}

/// `CREATE TABLE`, of which only what reaches other tables matters.
public struct CreateTable: Sendable, Hashable {
  /// The new table.
  public var table: QualifiedName
  /// The tables that its foreign keys name.
  public var references: [QualifiedName]
  /// The parent when it is made as a partition.
  public var partitionOf: QualifiedName?
  /// Whether `IF NOT EXISTS` was written: the table may then be an old one.
  public var ifNotExists: Bool
  /// Whether a query fills it.
  public var isFilled: Bool
  /// The types of its own columns, as written.
  public var types: [String]
  /// Whether it is gone when its session ends.
  public var isTemporary = false

  /// Describes a new table.
  public init(
    table: QualifiedName, references: [QualifiedName], partitionOf: QualifiedName?,
    ifNotExists: Bool = false, isFilled: Bool = false, types: [String] = []
  ) {
    self.isFilled = isFilled
    self.types = types
    self.table = table
    self.references = references
    self.partitionOf = partitionOf
    self.ifNotExists = ifNotExists
  }
}

/// A `DROP` of whole objects.
public struct DropObjects: Sendable, Hashable {
  /// The kind of object.
  public var objectType: ObjectType
  /// The objects, as written.
  public var names: [QualifiedName]
  /// The relation that a trigger, a policy or a rule belongs to, as written.
  public var relation: QualifiedName?
  /// Whether `CASCADE` was written.
  public var cascade: Bool

  /// Describes a drop.
  public init(
    objectType: ObjectType, names: [QualifiedName], relation: QualifiedName? = nil, cascade: Bool
  ) {
    self.relation = relation
    self.objectType = objectType
    self.names = names
    self.cascade = cascade
  }
}

/// A statement whose rule follows from its kind alone.
public struct OtherOperation: Sendable, Hashable {
  /// Which kind of statement it is.
  public var kind: StatementKind
  /// The relation that it is about, where there is one.
  public var relation: QualifiedName?
  /// A word or a message that the rule's sentence needs: a setting's name, the grammar's complaint.
  public var detail: String?
  /// What of the relation it renames: a constraint, a trigger, a column of a view.
  public var part: String?
  /// Whether `OR REPLACE` was written.
  public var replaces: Bool
  /// Which rows a write is about.
  public var rows: RowSelection?
  /// What it does to the session.
  public var session: SessionStatement?
  /// Whether `IF NOT EXISTS` was written, where that decides what is new.
  public var ifNotExists = false

  /// Describes a statement by its kind.
  public init(
    kind: StatementKind, relation: QualifiedName? = nil, detail: String? = nil,
    part: String? = nil, replaces: Bool = false, rows: RowSelection? = nil,
    session: SessionStatement? = nil
  ) {
    self.session = session
    self.replaces = replaces
    self.rows = rows
    self.kind = kind
    self.relation = relation
    self.detail = detail
    self.part = part
  }
}
