internal import Postgres

/// What the relations that a migration names are called among the clones.
struct ProbeNames {
  private var known: [QualifiedName: QualifiedName] = [:]
  /// Relations of the application that have no clone: a statement that names one is not run.
  private var untouchable: Set<QualifiedName> = []
  /// Which relation has each name in `pg_temp`, where all schemas fall together.
  private var owners: [String: QualifiedName] = [:]
  let currentSchema: String?

  init(_ clones: CloneSet, _ facts: CatalogueFacts, currentSchema: String?) {
    self.currentSchema = currentSchema
    owners = clones.realNames
    let cloned = Set(clones.realNames.values)
    for (name, relation) in facts.tables {
      let target: QualifiedName? =
        switch relation.kind {
        case .table, .partitioned: clones.names[relation.oid]
        case .index, .partitionedIndex:
          relation.indexTable.flatMap(cloned.contains) == true
            ? CloneSet.temporary(relation.name.name) : nil
        case .view, .materializedView: clones.views[relation.name]
        default: nil
        }
      guard let target else {
        untouchable.insert(name)
        continue
      }
      known[name] = target
      owners[target.name] = relation.name
    }
  }

  /// What each name is among the clones; `nil` when one of them means a relation that has no clone.
  ///
  /// A name that means nothing in the database is one that the migration makes: it is made in `pg_temp`.
  mutating func targets(
    of names: Set<QualifiedName>
  ) -> [QualifiedName: QualifiedName]? {
    var targets: [QualifiedName: QualifiedName] = [:]
    for name in names {
      guard let target = target(of: name) else { return nil }
      targets[name] = target
    }
    return targets
  }

  /// What one name is among the clones.
  mutating func target(of name: QualifiedName) -> QualifiedName? {
    if let target = known[name] { return target }
    guard !untouchable.contains(name) else { return nil }
    let full = QualifiedName(schema: name.schema ?? currentSchema, name: name.name)
    guard owners[name.name, default: full] == full else { return nil }
    owners[name.name] = full
    known[name] = CloneSet.temporary(name.name)
    return known[name]
  }

  /// Every name that was used so far, with its clone.
  var all: [QualifiedName: QualifiedName] { known }

  /// Follows `SET SCHEMA`, which a clone cannot do.
  mutating func move(_ name: QualifiedName, to schema: String) {
    guard let target = target(of: name) else { return }
    known[QualifiedName(schema: schema, name: name.name)] = target
  }

  /// Notes a relation that the probe made outside `pg_temp`.
  mutating func leaveAlone(_ names: Set<QualifiedName>) {
    untouchable.formUnion(names)
    for name in names { known[name] = nil }
  }
}
