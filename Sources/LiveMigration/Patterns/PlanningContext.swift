public import Postgres
public import SchemaChange

/// Everything that composing a plan needs to know, read before it begins.
public struct PlanningContext: Sendable {
  /// The new plan's identifier, which names every object that the plan makes for itself.
  public var planID: PlanID
  /// The migration file's path, for messages.
  public var file: String
  /// What the catalogue says.
  public var facts: CatalogueFacts
  /// What trying the statements on empty tables taught.
  public var probe: ProbeOutcome
  /// The conversions of type changes, by the position of the change.
  public var conversions: [Int: ConversionFacts]
  /// The names that the server chooses for unnamed indexes, by the position of the change and the table.
  public var indexNames: [Int: [QualifiedName: String]]
  /// The settings of the session that the plan is made in.
  public var session: PlanSession

  /// Gathers what is known.
  public init(
    planID: PlanID, file: String, facts: CatalogueFacts, probe: ProbeOutcome,
    conversions: [Int: ConversionFacts] = [:], indexNames: [Int: [QualifiedName: String]] = [:],
    session: PlanSession = PlanSession()
  ) {
    self.planID = planID
    self.file = file
    self.facts = facts
    self.probe = probe
    self.conversions = conversions
    self.indexNames = indexNames
    self.session = session
  }

  /// The name of an object that the plan makes for itself; never longer than the server's 63 bytes.
  func ownName(_ suffix: String) -> String { "djogi_\(planID.rawValue)_\(suffix)" }

  /// The facts of a table that the migration names; the classifier has refused a missing one.
  func table(_ name: QualifiedName, for change: Change) throws(EngineError) -> TableFacts {
    guard let table = facts.table(name) else {
      throw cannotStage(change, "there is no table \(name)")
    }
    return table
  }

  func cannotStage(_ change: Change, _ reason: String) -> EngineError {
    .cannotStage(file: file, change.location, reason: reason)
  }
}

extension TableFacts {
  /// An SQL expression that names a row of the table, called `row`, to a human: its key, or else its place.
  func rowName(_ row: String) -> String {
    guard let key = constraints.first(where: { $0.kind == .primaryKey })?.columns, !key.isEmpty
    else { return "\(row).ctid::text" }
    let parts = key.map { column in
      "\(Quoting.literal(column + "=")) || \(row).\(Quoting.identifier(column))::text"
    }
    return parts.joined(separator: " || ', ' || ")
  }

  /// What a gate calls a row of the table: a name that no column has, which would hide the row.
  var rowAlias: String {
    var alias = GateQuery.row
    while columns.contains(where: { $0.name == alias }) { alias += "_" }
    return alias
  }

  /// The partitions that hold rows, or the table itself.
  var leaves: [TableFacts] {
    kind == .partitioned ? partitions.flatMap(\.leaves) : [self]
  }
}
