public import Postgres

/// What the connected server's catalogue says about the relations that a migration names.
public struct CatalogueFacts: Sendable, Hashable {
  /// The server's version as `server_version_num` has it, 150020 for 15.20.
  public var serverVersion: Int
  /// The existing tables, under each name that the migration uses for them.
  public var tables: [QualifiedName: TableFacts]
  /// The names that nothing new can bear, in the schemas of these tables.
  public var takenNames: TakenNames
  /// The domains that the migration changes, under the names that it uses.
  public var domains: [QualifiedName: DomainFacts] = [:]
  /// The session's values of the settings that the migration sets.
  public var settings: [String: String] = [:]

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

/// Something that depends on a column and that no pattern can carry to another.
public struct Dependent: Sendable, Hashable {
  /// What it is.
  public var kind: Kind
  /// The column that it depends on.
  public var column: String
  /// Its name, as `pg_describe_object` writes it.
  public var description: String
  /// The resolved name of a view; `nil` for anything else.
  public var view: QualifiedName?
  /// The bare name of a trigger, a policy, a rule, a function, or of a generated column; `nil` for anything else.
  public var part: String?

  /// The kinds of dependents.
  public enum Kind: String, Sendable, Hashable {
    case view, rule, policy, generatedColumn, trigger, function, publicationFilter, other
  }

  /// Describes a dependent.
  public init(
    kind: Kind, column: String, description: String, view: QualifiedName? = nil,
    part: String? = nil
  ) {
    self.kind = kind
    self.column = column
    self.description = description
    self.view = view
    self.part = part
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

/// One trigger of the application (`pg_trigger`).
public struct TriggerFacts: Sendable, Hashable {
  /// The trigger's name.
  public var name: String
  /// What `pg_get_triggerdef` writes; `nil` where it was not asked for.
  public var definition: String?
  /// The columns that its `UPDATE OF` list or `WHEN` clause names.
  public var columns: [String]
  /// Whether an `UPDATE` of a row fires it.
  public var firesOnUpdate: Bool
  /// Whether it fires before a row is inserted or updated, which it may change then.
  public var changesRows: Bool
  /// How it is enabled: `O`, `D`, `R` or `A`.
  public var enabled: String
  /// Whether a partitioned parent declares it.
  public var inherited: Bool

  /// Gathers a trigger's facts.
  public init(
    name: String, definition: String?, columns: [String], firesOnUpdate: Bool,
    changesRows: Bool = false, enabled: String, inherited: Bool = false
  ) {
    self.name = name
    self.definition = definition
    self.columns = columns
    self.firesOnUpdate = firesOnUpdate
    self.changesRows = changesRows
    self.enabled = enabled
    self.inherited = inherited
  }
}
