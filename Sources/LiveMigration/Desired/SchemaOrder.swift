/// The statements for one object, and what has to be done before.
struct SchemaAction {
  var object: SchemaObject.ID
  var statements: [SchemaDifference.Statement] = []
  /// Its place among those that could come next.
  var key: [String]
  var before: Set<Int> = []
  var soft: Set<Int> = []
}

/// Told of objects that wait for each other.
struct SchemaCircle: Error {
  let objects: [SchemaObject.ID]
}

extension SchemaWork {
  /// The statements in an order in which every object has what it needs.
  ///
  /// - Throws: `DesiredError.cycle` where there is none.
  mutating func ordered() throws(DesiredError) -> [SchemaDifference.Statement] {
    while true {
      do throws(SchemaCircle) {
        return try SchemaOrder(self, isDetaching: false).sorted()
      } catch {
        if replace(among: error.objects) { continue }
        // Tables whose keys lead to each other go without their keys.
        do throws(SchemaCircle) {
          return try SchemaOrder(self, isDetaching: true).sorted()
        } catch {
          throw .cycle(error.objects.map(\.name))
        }
      }
    }
  }
}

/// Puts what a difference does into an order.
struct SchemaOrder {
  typealias ID = SchemaObject.ID

  let work: SchemaWork
  var actions: [SchemaAction] = []
  var drops: [ID: Int] = [:]
  var creations: [ID: Int] = [:]
  var changes: [ID: Int] = [:]
  var renames: [ID: Int] = [:]
  let handovers: [SequenceHandover]
  /// Whether what needs objects beside its own relation is dropped before that.
  let isDetaching: Bool

  init(_ work: SchemaWork, isDetaching: Bool) {
    self.work = work
    self.isDetaching = isDetaching
    handovers = work.altered.keys.filter { $0.kind == .column }.sorted().compactMap {
      SequenceHandover($0, from: work.from, to: work.to)
    }
    build()
  }

  var from: SchemaCatalogue { work.from }
  var to: SchemaCatalogue { work.to }
  var writer: SchemaWriter { work.writer }

  private mutating func add(
    _ object: SchemaObject, phase: Int, _ statements: [SchemaDifference.Statement]
  ) -> Int {
    func number(_ value: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
    // What hangs on others goes before them, and comes after them.
    let rank = phase == 1 ? object.id.kind.rank : 999 - object.id.kind.rank
    let key = [
      number(phase), number(rank), object.relation ?? "", number(object.place), object.id.name,
    ]
    actions.append(SchemaAction(object: object.id, statements: statements, key: key))
    return actions.count - 1
  }

  private func statements(
    _ texts: [String], _ object: SchemaObject, destroys: String? = nil
  ) -> [SchemaDifference.Statement] {
    texts.enumerated().map { index, text in
      SchemaDifference.Statement(
        sql: text, destroys: index == 0 ? destroys : nil, object: object.id)
    }
  }

  // MARK: - Actions

  private mutating func build() {
    addDrops()
    addCreations()
    for (id, texts) in work.altered {
      guard let old = from.objects[id], let new = to.objects[id] else { continue }
      let lost = id.kind == .column ? SchemaWriter.lost(old, new) : nil
      let carries = handovers.filter { $0.isToIdentity && $0.column == id }.map(\.carry)
      // An index that is built anew has had it all.
      let all = texts + carries + writer.common(old, new).filter { !texts.contains($0) }
      if !all.isEmpty { changes[id] = add(new, phase: 1, statements(all, new, destroys: lost)) }
    }
    for handover in handovers {
      guard let rename = handover.rename, let column = from.objects[handover.column] else {
        continue
      }
      renames[ID(kind: .sequence, name: handover.old)] = add(
        column, phase: 0, statements([rename], column))
    }
    connect()
  }

  private mutating func addDrops() {
    for id in work.dropped {
      guard let object = from.objects[id], home(of: object, in: work.dropped) == nil,
        id.kind != .defaultValue || !isGoneAnyway(object)
      else { continue }
      if work.remade.contains(id) {
        let (schema, own) = SchemaName.split(id.name)
        let word = SchemaWriter.word(id.kind)
        let quoted = SchemaName.beside(own, "_djogi_old")
        let rename = ["ALTER \(word) \(id.name) RENAME TO \(quoted)"]
        renames[id] = add(
          object, phase: 0, statements(rename + writer.freeNames(of: object, as: quoted), object))
        drops[id] = add(object, phase: 2, statements(["DROP \(word) \(schema).\(quoted)"], object))
        continue
      }
      if id.kind == .sequence,
        let drop = handovers.first(where: { $0.isToIdentity && $0.old == id.name })?.drop
      {
        drops[id] = add(object, phase: 2, statements([drop], object))
        continue
      }
      // What comes back, or hangs on what changes, goes first; what goes for good goes last.
      let isLast = !work.created.contains(id) && [.table, .column, .sequence].contains(id.kind)
      let texts = isGoneAnyway(object) ? [] : writer.drop(object)
      drops[id] = add(
        object, phase: isLast ? 2 : 0, statements(texts, object, destroys: lost(object)))
    }
    for id in work.dropped where drops[id] == nil {
      if let object = from.objects[id], let home = home(of: object, in: work.dropped) {
        drops[id] = drops[home]
      }
    }
    // What a default needs is held until its column goes.
    for id in work.dropped where id.kind == .defaultValue && drops[id] == nil {
      drops[id] = drops[ID(kind: .column, name: id.name)]
    }
  }

  private func lost(_ object: SchemaObject) -> String? {
    switch object.id.kind {
    case .table: object["partition_key"] == nil || object["bound"] == nil ? "\(object.id)" : nil
    case .column: object["generated"] == nil && !object.has("inherited") ? "\(object.id)" : nil
    case .sequence: isGoneAnyway(object) ? nil : "\(object.id)"
    default: nil
    }
  }

  /// Whether an object goes with another one, without a statement of its own.
  private func isGoneAnyway(_ object: SchemaObject) -> Bool {
    switch object.id.kind {
    case .sequence, .ownership:
      guard let tie = from[.ownership, object.id.name], let column = tie["column"] else {
        return false
      }
      if object.id.kind == .ownership,
        work.dropped.contains(ID(kind: .sequence, name: object.id.name))
      {
        return true
      }
      guard object.id.kind == .sequence else { return false }
      return work.dropped.contains(ID(kind: .column, name: column))
        || work.dropped.contains(ID(kind: .table, name: tie.relation ?? ""))
    case .defaultValue: return work.dropped.contains(ID(kind: .column, name: object.id.name))
    default: return false
    }
  }

  /// The relation that an object comes or goes with.
  private func home(of object: SchemaObject, in ids: Set<ID>) -> ID? {
    guard let relation = object.relation, object.id.kind != .ownership else { return nil }
    if isDetaching, object.id.kind != .column,
      object.needs.contains(where: { $0.name != relation && from.objects[$0]?.relation != relation }
      )
    {
      return nil
    }
    return [SchemaKind.table, .view, .materializedView, .domain].map {
      ID(kind: $0, name: relation)
    }
    .first { ids.contains($0) && from.objects[$0] != nil && !work.remade.contains($0) }
  }

  /// What is made in the statement that makes another object.
  private func isEmbedded(_ object: SchemaObject) -> ID? {
    let table = ID(kind: .table, name: object.relation ?? "")
    let isNew = work.created.contains(table)
    switch object.id.kind {
    case .column: return isNew ? table : nil
    case .defaultValue:
      let column = ID(kind: .column, name: object.id.name)
      if to.objects[column]?.has("inherited") ?? false { return nil }
      return isNew ? table : work.created.contains(column) ? column : nil
    case .constraint:
      let definition = object["definition"] ?? ""
      guard isNew, object["type"] != "f", to.objects[table]?["bound"] == nil,
        !definition.hasSuffix("NOT VALID")
      else { return nil }
      let outer = object.needs.filter { $0 != table && to.objects[$0]?.relation != table.name }
      return outer.isEmpty ? table : nil
    default: return nil
    }
  }

  private mutating func addCreations() {
    var embedded: [ID: [SchemaObject]] = [:]
    var homes: [ID: ID] = [:]
    for id in work.created {
      guard let object = to.objects[id], let home = isEmbedded(object) else { continue }
      embedded[home, default: []].append(object)
      homes[id] = home
    }
    for id in work.created where homes[id] == nil {
      guard let object = to.objects[id] else { continue }
      let inside = (embedded[id] ?? []).sorted {
        ($0.id.kind, $0.place, $0.id) < ($1.id.kind, $1.place, $1.id)
      }
      var texts =
        id.kind == .index
        ? [writer.index(object, isNewTable: isNewTable(object))] + writer.tablespace(nil, object)
          + writer.indexMarks(nil, object)
        : writer.create(object, with: inside)
      texts += handovers.filter { !$0.isToIdentity && id == ID(kind: .sequence, name: $0.new) }.map(
        \.carry)
      texts += writer.common(nil, object) + inside.flatMap { writer.common(nil, $0) }
      creations[id] = add(object, phase: 1, statements(texts, object))
    }
    for (id, home) in homes {
      creations[id] = creations[home] ?? homes[home].flatMap { creations[$0] }
    }
  }

  private func isNewTable(_ index: SchemaObject) -> Bool {
    index["-table_kind"] == "m"
      || work.created.contains(ID(kind: .table, name: index.relation ?? ""))
  }

  // MARK: - The order

  func sorted() throws(SchemaCircle) -> [SchemaDifference.Statement] {
    var waiting = Array(actions.indices).sorted {
      actions[$0].key.lexicographicallyPrecedes(actions[$1].key)
    }
    let rank = Dictionary(
      uniqueKeysWithValues: waiting.enumerated().map { ($0.element, $0.offset) })
    var followers: [[Int]] = Array(repeating: [], count: actions.count)
    var hard = actions.map(\.before.count)
    var soft = actions.map { $0.soft.subtracting($0.before).count }
    for index in actions.indices {
      for first in actions[index].before.union(actions[index].soft) {
        followers[first].append(index)
      }
    }
    var done = Array(repeating: false, count: actions.count)
    var ready = SortedSet(waiting.filter { hard[$0] == 0 && soft[$0] == 0 }.map { rank[$0] ?? 0 })
    let byRank = waiting
    var result: [SchemaDifference.Statement] = []
    var left = waiting.count
    while left > 0 {
      var next = ready.popFirst().map { byRank[$0] }
      if next == nil {
        waiting.removeAll { done[$0] }
        next = waiting.first { hard[$0] == 0 }
      }
      guard let index = next else {
        throw SchemaCircle(objects: circle(among: waiting.filter { !done[$0] }))
      }
      guard !done[index] else { continue }
      done[index] = true
      left -= 1
      result += actions[index].statements
      for follower in followers[index] where !done[follower] {
        if actions[follower].before.contains(index) {
          hard[follower] -= 1
        } else {
          soft[follower] -= 1
        }
        if hard[follower] == 0, soft[follower] == 0 { ready.insert(rank[follower] ?? 0) }
      }
    }
    return result
  }

  private func circle(among waiting: [Int]) -> [ID] {
    let inside = Set(waiting)
    var path: [Int] = []
    var index = waiting.first
    while let current = index, !path.contains(current) {
      path.append(current)
      index = actions[current].before.intersection(inside).min()
    }
    if let index, let start = path.firstIndex(of: index) { path.removeFirst(start) }
    return path.map { actions[$0].object }
  }
}
