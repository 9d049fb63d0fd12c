/// What comes before what.
extension SchemaOrder {
  mutating func tie(_ first: Int?, before second: Int?) {
    guard let first, let second, first != second else { return }
    actions[second].before.insert(first)
  }

  /// Whether a column that goes for good may go after what it needs has changed: what is built anew without it comes
  /// between.
  private func canOutlast(_ id: ID, change need: ID) -> Bool {
    guard id.kind == .column, !work.created.contains(id) else { return false }
    switch need.kind {
    case .table: return from.objects[need]?["bound"] == to.objects[need]?["bound"]
    case .enumeration, .function, .sequence: return true
    default: return false
    }
  }

  /// Ties every action to what it needs.
  mutating func connect() {
    for (id, action) in drops {
      let column = ID(kind: .column, name: id.name)
      let whole = id.kind == .defaultValue && drops[column] == action ? column : id
      for need in from.objects[id]?.needs ?? [] {
        tie(action, before: drops[need])
        if !canOutlast(whole, change: need) { tie(action, before: changes[need]) }
        // A type that is made anew stays under another name until its columns have moved or gone.
        if renames[need] != nil, renames[id] == nil,
          whole.kind != .column || work.created.contains(whole)
        {
          tie(action, before: creations[need])
        }
      }
      tie(renames[id] ?? action, before: creations[id])
      if renames[id] != nil { tie(creations[id], before: action) }
    }
    for (id, action) in changes {
      for need in from.objects[id]?.needs ?? [] {
        // A table leaves its publications as it goes.
        let table = ID(kind: .table, name: from.objects[need]?.relation ?? "")
        let isWhole = [.table, .schema].contains(need.kind) || drops[table] == drops[need]
        if id.kind == .publication, isWhole { continue }
        tie(action, before: drops[need])
      }
      for need in to.objects[id]?.needs ?? [] {
        tie(creations[need], before: action)
        tie(changes[need], before: action)
      }
    }
    for (id, action) in creations {
      for need in to.objects[id]?.needs ?? [] {
        tie(creations[need], before: action)
        tie(changes[need], before: action)
      }
    }
    for handover in handovers {
      let rename = renames[ID(kind: .sequence, name: handover.old)]
      let change = changes[handover.column]
      tie(rename, before: change)
      tie(rename, before: creations[ID(kind: .sequence, name: handover.new)])
      if handover.isToIdentity {
        tie(change, before: drops[ID(kind: .sequence, name: handover.old)])
      } else {
        tie(creations[ID(kind: .sequence, name: handover.new)], before: change)
      }
    }
    connectNames()
    connectSources()
    connectKeys()
    connectDefaultPrivileges()
  }

  /// Default privileges count for what is made while they are there: those that go are gone by then, and those that come
  /// are not there yet.
  private mutating func connectDefaultPrivileges() {
    let made = creations.filter { DefaultRights.has($0.key.kind) }.values
    for (id, action) in drops where id.kind == .defaultPrivileges {
      for creation in made { tie(action, before: creation) }
    }
    for id in Set(creations.keys).union(changes.keys) where id.kind == .defaultPrivileges {
      for creation in made { tie(creation, before: creations[id] ?? changes[id]) }
    }
  }

  /// A new foreign key takes any index that suits it: those that go are gone by then.
  private mutating func connectKeys() {
    var gone: [String: [Int]] = [:]
    for (id, action) in drops where id.kind == .index || id.kind == .constraint {
      if let relation = from.objects[id]?.relation { gone[relation, default: []].append(action) }
    }
    for (id, action) in creations where id.kind == .constraint {
      guard let referenced = to.objects[id]?["-referenced"] else { continue }
      for drop in gone[referenced] ?? [] { tie(drop, before: action) }
    }
  }

  /// Objects of different kinds share names: the old one goes before the new one comes.
  private mutating func connectNames() {
    func names(_ object: SchemaObject) -> [String] {
      switch object.id.kind {
      case .column:
        return object["identity_sequence"].map { ["r \($0.prefix { $0 != "|" })"] } ?? []
      case .table, .view, .materializedView, .sequence, .index: return ["r " + object.id.name]
      case .enumeration, .domain, .composite, .range: return ["r " + object.id.name]
      case .function, .procedure, .aggregate: return ["f " + object.id.name]
      case .constraint where ["p", "u", "x"].contains(object["type"] ?? ""):
        return ["r \(SchemaName.split(object.relation ?? "").schema).\(object.part)"]
      default: return []
      }
    }
    var old: [String: Int] = [:]
    for (id, action) in drops {
      guard let object = from.objects[id], renames[id] == nil,
        !handovers.contains(where: { $0.isToIdentity && $0.old == id.name })
      else { continue }
      for name in names(object) { old[name] = action }
    }
    for (id, action) in changes {
      guard let object = from.objects[id], let new = to.objects[id] else { continue }
      let kept = names(new)
      let given = Set(handovers.filter { $0.column == id }.map { "r \($0.old)" })
      for name in names(object) where !kept.contains(name) && !given.contains(name) {
        old[name] = action
      }
    }
    for (id, action) in creations {
      guard let object = to.objects[id] else { continue }
      for name in names(object) { tie(old[name], before: action) }
    }
    for (id, action) in changes {
      guard let object = to.objects[id] else { continue }
      for name in names(object) { tie(old[name], before: action) }
    }
  }

  /// The bodies of SQL functions name what they need in words alone; the server looks when they are made.
  private mutating func connectSources() {
    var named: [String: Set<Int>] = [:]
    for made in [creations, changes] {
      for (id, action) in made {
        let whole = id.name.prefix { $0 != "(" }
        named[SchemaName.plain(SchemaName.split(String(whole)).name), default: []].insert(action)
      }
    }
    for made in [creations, changes] {
      for (id, action) in made {
        guard let source = to.objects[id]?["-source"] else { continue }
        let words = source.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        for word in Set(words.map(String.init)) {
          actions[action].soft.formUnion(named[word]?.subtracting([action]) ?? [])
        }
      }
    }
  }
}
