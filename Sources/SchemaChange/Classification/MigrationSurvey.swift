public import Postgres

/// What a migration as a whole does to its tables, for the rules that look beyond one statement.
struct MigrationSurvey: Sendable {
  /// How many foreign keys reference each table, by the table's resolved name.
  private(set) var foreignKeys: [QualifiedName: Int] = [:]
  /// The columns whose type changes, by the table's resolved name.
  private(set) var retyped: Set<ColumnReference> = []
  /// The names of the sequences that are changed.
  private(set) var sequences: Set<String> = []
  /// The views and materialized views that are dropped, by their resolved names.
  private var views: Set<QualifiedName> = []
  /// The triggers, policies, rules and columns that are dropped, by the resolved name of their relation.
  private var parts: [QualifiedName: Set<Part>] = [:]
  /// The functions that are dropped, by their bare names.
  private var functions: Set<String> = []
  /// The constraints that are dropped, by the table's resolved name.
  private var constraints: [QualifiedName: Set<String>] = [:]

  /// Something that belongs to a relation.
  private struct Part: Hashable {
    var kind: Dependent.Kind
    var name: String
  }

  private static let partKinds: [ObjectType: Dependent.Kind] = [
    .trigger: .trigger, .policy: .policy, .rule: .rule,
  ]

  init() {}

  init(_ changes: [Change], _ facts: CatalogueFacts?) {
    func resolved(_ name: QualifiedName) -> QualifiedName { facts?.table(name)?.name ?? name }
    for change in changes {
      for table in change.operation.referencedTables {
        foreignKeys[resolved(table), default: 0] += 1
      }
      switch change.operation {
      case .other(let other) where other.kind == .alterSequence:
        sequences.formUnion(change.mentions.map(\.name))
      case .drop(let drop):
        switch drop.objectType {
        case .view, .materializedView: views.formUnion(drop.names.map(resolved))
        case .function, .procedure, .routine: functions.formUnion(drop.names.map(\.name))
        default:
          guard let kind = Self.partKinds[drop.objectType], let relation = drop.relation else {
            break
          }
          let names = drop.names.map { Part(kind: kind, name: $0.name) }
          parts[resolved(relation), default: []].formUnion(names)
        }
      case .dropColumn(let target, _):
        parts[resolved(target.table), default: []].insert(
          Part(kind: .generatedColumn, name: target.column))
      case .dropConstraint(let table, let name, _):
        constraints[resolved(table), default: []].insert(name)
      default: break
      }
      if case .alterColumnType(let operation) = change.operation {
        retyped.insert(
          ColumnReference(
            table: resolved(operation.target.table), column: operation.target.column))
      }
    }
  }

  /// Whether the migration itself drops what depends on a column of a relation.
  func drops(_ dependent: Dependent, of relation: QualifiedName) -> Bool {
    if let view = dependent.view { return views.contains(view) }
    guard let name = dependent.part else { return false }
    if dependent.kind == .function { return functions.contains(name) }
    return parts[relation]?.contains(Part(kind: dependent.kind, name: name)) == true
  }

  /// Whether the migration itself drops a constraint.
  func drops(_ constraint: String, of table: QualifiedName) -> Bool {
    constraints[table]?.contains(constraint) == true
  }
}

extension SchemaOperation {
  /// The tables that the foreign keys of this operation reference, one for each key.
  fileprivate var referencedTables: [QualifiedName] {
    switch self {
    case .addConstraint(let constraint): [constraint.references].compactMap(\.self)
    case .addColumn(let column): column.constraints.compactMap(\.references)
    case .createTable(let create): create.references
    default: []
    }
  }
}

extension AddConstraint {
  /// The table that a foreign key references.
  public var references: QualifiedName? {
    if case .foreignKey(_, let table, _) = kind { table } else { nil }
  }
}

extension Classifier {
  /// Whether the migration's foreign keys onto a table are so many that each takes its lock by itself.
  func isCrowded(_ table: QualifiedName) -> Bool {
    survey.foreignKeys[facts?.table(table)?.name ?? table, default: 0]
      >= settings.multiForeignKeyThreshold && !isEmpty(table)
  }

  /// `CREATE TABLE`, which locks what its foreign keys reference.
  func createTable(_ change: Change, _ operation: CreateTable) -> Verdict {
    if let table = operation.references.first(where: isCrowded) {
      return Verdict(
        change, .expandContract(.foreignKey), .foreignKeysMany,
        "the migration's keys onto \(table) would lock it against writers all together; "
          + "each takes its lock by itself")
    }
    return Verdict(
      change, .onlineSafe, .createTable,
      operation.references.isEmpty
        ? "a new table" : "a new table; a brief lock on what it references")
  }

  /// The word that `DROP` has for a kind of relation.
  private static let words: [TableFacts.Kind: ObjectType] = [
    .table: .table, .partitioned: .table, .view: .view, .materializedView: .materializedView,
    .foreign: .foreignTable, .sequence: .sequence,
  ]

  /// `DROP` of whole objects: fast, but with many keys that reference a table it locks many others.
  func drop(_ change: Change, _ operation: DropObjects) -> Verdict {
    let wrong = operation.names.compactMap { facts?.table($0) }.first {
      Self.words[$0.kind].map { $0 != operation.objectType } == true
    }
    if let wrong, Self.words.values.contains(operation.objectType) {
      return Verdict(
        change, .offlineOnly, .dropWrongKind,
        "\(wrong.name) is no \(operation.objectType), so the server would refuse it",
        remedy: "write DROP \(Self.words[wrong.kind] ?? .object) for it")
    }
    let crowded = operation.names.compactMap { facts?.table($0) }.first {
      $0.inboundForeignKeys.count >= settings.multiForeignKeyThreshold
    }
    if let crowded, operation.objectType == .table, operation.cascade {
      return Verdict(
        change, .expandContract(.stagedDrop), .dropTableReferenced,
        "\(crowded.inboundForeignKeys.count) foreign keys reference \(crowded.name), so dropping it "
          + "would lock as many tables together; the keys are dropped one at a time first")
    }
    return plain(change)
  }
}
