internal import Postgres
internal import SchemaChange

/// Everything that composing a plan needs to know, read before it begins.
struct PlanningContext: Sendable {
  /// The new plan's identifier, which names every object that the plan makes for itself.
  var planID: PlanID
  /// The migration file's path, for messages.
  var file: String
  /// What the catalogue says where the part of the plan begins.
  var facts: CatalogueFacts
  /// The columns whose type changes, as the part leaves them, by the position of the change.
  var columnsAfter: [Int: ColumnFacts]
  /// The conversions of type changes, by the position of the change in its file.
  var conversions: [Int: ConversionFacts]
  /// What the server would do for each `ATTACH PARTITION`, by the position of the change in its file.
  var attachments: [Int: AttachmentFacts] = [:]
  /// The names that the server chooses for unnamed indexes, by the position of the change and the table.
  var indexNames: [Int: [QualifiedName: String]]
  /// What each change of the file reads and writes.
  var effects: [ChangeEffects]
  /// Names that something bears already, of those that the migration gives.
  var existingNames: Set<String>
  /// The settings of the session that the plan is made in.
  var session: PlanSession
  /// What the plan's views of the new shape need; `nil` without `--new-shape`.
  var newShape: NewShape?
  /// How new values become old ones, by the position of the type change in its file.
  var waysBack: [Int: Result<WayBack, NoWayBack>] = [:]

  /// The name of an object that the plan makes for itself; never longer than the server's 63 bytes.
  func ownName(_ suffix: String) -> String { "djogi_\(planID.rawValue)_\(suffix)" }

  /// The facts of a table that the migration names; the classifier has refused a missing one.
  func table(_ name: QualifiedName, for change: Change) throws(EngineError) -> TableFacts {
    guard let table = facts.table(name) else {
      throw cannotStage(change, "there is no table \(name)")
    }
    return table
  }

  func cannotStage(
    _ change: Change, _ reason: String, _ rule: RuleID = .cannotBeStaged
  ) -> EngineError {
    .cannotStage(file: file, change.location, reason: reason, rule)
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
