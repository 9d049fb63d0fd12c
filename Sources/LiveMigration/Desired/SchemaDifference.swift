internal import Postgres

/// What leads from one catalogue to another: statements in an order in which the server takes them.
///
/// It is a function of the two catalogues alone, and gives the same bytes for the same two.
public struct SchemaDifference: Sendable, Hashable {
  /// One statement, without a semicolon.
  public struct Statement: Sendable, Hashable {
    /// Its text.
    public var sql: String
    /// What is lost by it; `nil` where nothing is.
    public var destroys: String?
    /// The object that it is about.
    var object: SchemaObject.ID?
  }

  /// The statements.
  public var statements: [Statement]
  /// A drop and an addition of the same shape, which may be one object that was renamed.
  public var possibleRenames: [PossibleRename] = []

  /// What is lost.
  public var destroyed: [String] { statements.compactMap(\.destroys) }

  /// Finds the statements.
  ///
  /// - Throws: `DesiredError.cycle` where objects need each other in a circle.
  public init(
    from: SchemaCatalogue, to: SchemaCatalogue, owners: Bool = false
  ) throws(DesiredError) {
    var work = SchemaWork(from: from, to: to, owners: owners)
    work.decide()
    statements = try work.ordered()
    possibleRenames = work.possibleRenames
  }

  /// The facts in which two objects differ, sorted; what only helps to write statements is none.
  static func changedFacts(_ old: SchemaObject, _ new: SchemaObject, owners: Bool) -> [String] {
    if old.facts == new.facts { return [] }
    return Set(old.facts.names).union(new.facts.names).filter { fact in
      old[fact] != new[fact] && !fact.hasPrefix("-") && (owners || fact != "owner")
        && !(fact == "base" && old.id.kind == .column)
    }.sorted()
  }
}

/// The way to a difference: which objects go, come, change, or are made anew.
struct SchemaWork {
  typealias ID = SchemaObject.ID

  let from: SchemaCatalogue
  let to: SchemaCatalogue
  let writer: SchemaWriter
  private let dependents: [ID: [ID]]
  private let parts: [String: [ID]]

  private(set) var dropped: Set<ID> = []
  private(set) var created: Set<ID> = []
  private(set) var altered: [ID: [String]] = [:]
  /// Types that are made anew beside their old selves, so that columns can move from one to the other.
  private(set) var remade: Set<ID> = []
  /// Columns of such types, and columns whose type changes.
  private(set) var retyped: Set<ID> = []

  init(from: SchemaCatalogue, to: SchemaCatalogue, owners: Bool) {
    self.from = from
    self.to = to
    writer = SchemaWriter(from: from, to: to, owners: owners)
    var dependents: [ID: [ID]] = [:]
    var parts: [String: [ID]] = [:]
    for object in from.objects.values {
      for need in object.needs { dependents[need, default: []].append(object.id) }
      if let relation = object.relation { parts[relation, default: []].append(object.id) }
    }
    self.dependents = dependents
    self.parts = parts
  }

  // MARK: - Deciding

  mutating func decide() {
    var queue: [ID] = []
    for id in to.objects.keys where from.objects[id] == nil { created.insert(id) }
    for id in from.objects.keys where to.objects[id] == nil {
      dropped.insert(id)
      queue.append(id)
    }
    for (id, old) in from.objects {
      guard let new = to.objects[id] else { continue }
      let facts = SchemaDifference.changedFacts(old, new, owners: writer.owners)
      guard !facts.isEmpty else { continue }
      guard let statements = writer.alter(old, new) else {
        replace(id, &queue)
        continue
      }
      altered[id] = statements
      if id.kind == .column, !facts.filter({ ["type", "collation"].contains($0) }).isEmpty {
        retype(id, &queue)
      }
    }
    finish(&queue)
  }

  private mutating func finish(_ queue: inout [ID]) {
    while let id = queue.popLast() { spread(id, &queue) }
    for id in dropped { altered[id] = nil }
  }

  /// Makes anew what was to be changed, of objects that wait for each other.
  ///
  /// It can go before what it needed, and come after what it will need. Nothing is lost with it.
  ///
  /// - Returns: Whether there is such an object.
  mutating func replace(among circle: [ID]) -> Bool {
    let kinds: Set<SchemaKind> = [.view, .index, .rule, .trigger, .policy, .statistics]
    let changed = circle.filter { kinds.contains($0.kind) && altered[$0] != nil }
    var queue: [ID] = []
    for id in changed { replace(id, &queue) }
    finish(&queue)
    return !changed.isEmpty
  }

  private mutating func replace(_ id: ID, _ queue: inout [ID]) {
    guard !dropped.contains(id) else { return }
    dropped.insert(id)
    if to.objects[id] != nil {
      created.insert(id)
      if [.enumeration, .composite, .range, .domain].contains(id.kind) { remade.insert(id) }
    }
    queue.append(id)
  }

  /// What cannot stay as it is when an object goes.
  private mutating func spread(_ id: ID, _ queue: inout [ID]) {
    let isRemade = remade.contains(id)
    let comesBack = created.contains(id)
    for dependent in dependents[id] ?? [] where to.objects[dependent] != nil {
      guard !dropped.contains(dependent) else { continue }
      if isRemade, dependent.kind == .column {
        retype(dependent, &queue, becauseOf: id)
      } else if isRemade, dependent.kind == .table {
        continue
      } else if !comesBack, altered[dependent] != nil {
        continue
      } else {
        replace(dependent, &queue)
      }
    }
    guard [.table, .view, .materializedView].contains(id.kind) else { return }
    for part in parts[id.name] ?? [] { replace(part, &queue) }
  }

  /// A column's type changes: what reads the column is made anew, but for what the server rebuilds itself.
  private mutating func retype(_ id: ID, _ queue: inout [ID], becauseOf type: ID? = nil) {
    guard let old = from.objects[id], let new = to.objects[id] else { return }
    if old.has("-in_partition_key") {
      // The server changes the type of no column that rows are divided by.
      replace(ID(kind: .table, name: old.relation ?? ""), &queue)
      return
    }
    if type != nil {
      guard let statements = writer.alterColumn(old, new, isRemade: true) else {
        replace(id, &queue)
        return
      }
      altered[id] = statements
    }
    guard retyped.insert(id).inserted else { return }
    let casts = writer.using(old, new, isRemade: type != nil) != ""
    for dependent in dependents[id] ?? [] where to.objects[dependent] != nil {
      switch dependent.kind {
      case .column where from.objects[dependent]?.has("inherited") ?? false: break
      case .view, .materializedView, .rule, .policy, .trigger, .function, .procedure, .publication,
        .column, .statistics:
        replace(dependent, &queue)
      case .defaultValue where casts: replace(dependent, &queue)
      // The server would build the old one once more, and its expressions may not suit the new type.
      case .index
      where from.objects[dependent]?["definition"] != to.objects[dependent]?["definition"]:
        replace(dependent, &queue)
      default: break
      }
    }
  }

  // MARK: - Renames that no mark tells of

  /// Columns and tables of the same shape, one of which goes while the other comes.
  var possibleRenames: [PossibleRename] {
    let columns = [from, to].map { catalogue in
      Dictionary(grouping: catalogue.objects.values.filter { $0.id.kind == .column }) {
        $0.relation ?? ""
      }
    }
    func shape(_ id: ID, in side: Int) -> String? {
      guard let object = (side == 0 ? from : to).objects[id] else { return nil }
      if id.kind == .column {
        guard !object.has("inherited") else { return nil }
        return "\(object.relation ?? "") \(object["type"] ?? "")"
      }
      guard id.kind == .table else { return nil }
      let lines = (columns[side][id.name] ?? []).map { "\($0.part) \($0["type"] ?? "")" }.sorted()
      return lines.isEmpty ? nil : "table " + lines.joined(separator: ",")
    }
    let whole = Set(dropped.union(created).filter { $0.kind == .table }.map(\.name))
    func lone(_ ids: Set<ID>, without others: Set<ID>) -> [ID] {
      ids.subtracting(others).filter { id in
        id.kind == .table
          || id.kind == .column
            && !whole.contains((from.objects[id] ?? to.objects[id])?.relation ?? "")
      }.sorted()
    }
    let gone = Dictionary(grouping: lone(dropped, without: created)) { shape($0, in: 0) }
    return lone(created, without: dropped).compactMap { id in
      guard let shape = shape(id, in: 1), let old = gone[shape]?.first,
        let before = from.objects[old], let after = to.objects[id]
      else { return nil }
      return PossibleRename(before, after)
    }
  }
}
