internal import Postgres
internal import SchemaChange

/// What the last transaction brings, in order, with what takes it back.
enum SwapPart {
  /// The swap of a table's columns, with its statements, and those that come before all others.
  case replacement(QualifiedName, [String], detach: [String])
  /// A change of the migration, as it stands there.
  case change(Change)
}

/// Keeping the old shape after the swap.
extension Composer {
  /// Whether, and how, the old shape can be kept.
  ///
  /// - Parameters:
  ///   - undone: The pieces before the swap that are taken back with it, as they are done.
  ///   - step: Where the plan stands then.
  func keeping(undone: [Segment], returningTo step: Int) -> Keeping {
    do {
      return .possible(try kept(undone: undone, returningTo: step))
    } catch let obstacle as KeepingObstacle {
      return .refused(obstacle.reason)
    } catch {
      return .refused("\(error)")
    }
  }

  private func kept(undone: [Segment], returningTo step: Int) throws -> KeptShape {
    try requireKnownParts()
    let names = finalNames
    let reversal = try Reversal(of: replacements, parts: parts, names)
    try requireReachableKeys(names, reversal.tables)
    var (swap, backs): ([String], [[String]]) = ([], [])
    var (preparation, wayBack): ([Segment], [Segment]) = ([], [])
    var retirement: [String] = []
    var place = FollowedNames(context.facts)
    for (number, part) in parts.enumerated() {
      switch part {
      case .replacement(let name, _, _):
        guard let table = reversal.tables[name] else { continue }
        swap += try table.swap()
        preparation += try table.standIns()
        wayBack += try table.preparation()
        // An upsert of the new shape asks for its indexes, also in the moment after.
        if !views.isEmpty { wayBack += try table.standInsAgain() }
        retirement += table.kept.flatMap(\.retirement)
      case .change(let change):
        if let back = place.follow(change) {
          swap.append(change.sql)
          backs.append([back])
        } else if let drop = try keptDrop(change, number, place, names) {
          swap += drop.keep
          wayBack += drop.preparation
          backs.append(drop.back)
          retirement += drop.retirement
        } else {
          swap.append(change.sql)
          backs.append(try defaultBack(change))
        }
      }
    }
    let ordered = parts.compactMap { part in
      if case .replacement(let name, _, _) = part { reversal.tables[name] } else { nil }
    }
    swap += try ordered.flatMap { try $0.kept.flatMap { try $0.install() } }
    var back = backs.reversed().flatMap(\.self)
    back += ordered.flatMap(\.detach)
    back += try ordered.flatMap { try $0.back() } + viewsAgain
    let locks = locked(by: names)
    let swapsBackAt = wayBack.count
    wayBack.append(.transaction("swap back to the old shape", locks + back))
    wayBack += undone.reversed().flatMap(\.takenBack)
    return KeptShape(
      preparation: preparation,
      swap: .transaction(
        "swap columns, keep the old shape",
        locked() + viewRemovals + result.detach + swap + schemaRemovals),
      wayBack: wayBack, swapsBackAt: swapsBackAt, returnsTo: step,
      retirement: .transaction("give the old shape up", retirement),
      unheld: try ordered.flatMap { try $0.kept.map { column throws in try column.unheld } })
  }

  /// In one order for everybody, so that two plans cannot wait for each other.
  func locked(by names: FollowedNames? = nil) -> [String] {
    let tables = result.locks.map { name in
      guard let names,
        let table = context.facts.tables.values.first(where: { $0.name == name })
      else { return name }
      return names.name(of: table)
    }
    return tables.sorted { $0.quoted < $1.quoted }.map(\.exclusiveLock)
  }

  private var finalNames: FollowedNames {
    var names = FollowedNames(context.facts)
    for case .change(let change) in parts { _ = names.follow(change) }
    return names
  }

  /// Nothing else is in the last transaction than what can be taken back.
  private func requireKnownParts() throws {
    var (cleanup, detach): ([String], [String]) = ([], [])
    for part in parts {
      switch part {
      case .replacement(_, let own, let first):
        cleanup += own
        detach += first
      case .change(let change): cleanup.append(change.sql)
      }
    }
    guard cleanup == result.cleanup, detach == result.detach else {
      throw KeepingObstacle(
        "its last transaction drops or makes something beside the columns that it replaces")
    }
  }

  /// A key that names a table by the name that it had would not be made again.
  private func requireReachableKeys(
    _ names: FollowedNames, _ tables: [QualifiedName: Reversal.Table]
  ) throws {
    guard context.facts.tables.values.contains(where: { names.name(of: $0) != $0.name })
    else { return }
    for (name, table) in tables {
      let replacement = table.forward
      let hasKey = replacement.table.constraints.contains {
        $0.kind == .foreignKey && replacement.touches($0.columns)
      }
      guard !hasKey, replacement.inboundKeys.isEmpty else {
        throw KeepingObstacle(
          "a foreign key is over a column of \(name), and a table gets another name")
      }
    }
  }

  private func keptDrop(
    _ change: Change, _ number: Int, _ place: FollowedNames, _ names: FollowedNames
  ) throws -> KeptDrop? {
    guard case .dropColumn(let target, let cascade) = change.operation else { return nil }
    let line = "line \(change.location.line) of the migration"
    guard let table = place.table(target.table),
      let column = table.column(place.original(target.column, in: table))
    else { throw KeepingObstacle("\(line) drops a column that the migration makes") }
    if cascade { throw KeepingObstacle("\(line) drops with CASCADE") }
    if let obstacle = KeptDrop.obstacle(column, of: table) { throw KeepingObstacle(obstacle) }
    return KeptDrop(
      table: table, column: column, name: context.ownName("d\(number)"),
      place: place.name(of: table), current: target.column, after: table.renamed(by: names))
  }

  /// What takes a default back; nothing on a replaced column, which the kept one's own takes the place of.
  private func defaultBack(_ change: Change) throws -> [String] {
    guard case .columnDefault(let target, _) = change.operation,
      let table = context.facts.table(target.table), let column = table.column(target.column)
    else {
      throw KeepingObstacle(
        "line \(change.location.line) of the migration is done with the swap, and cannot be taken back"
      )
    }
    if replacements[table.name]?.shadows[column.name] != nil { return [] }
    let alter = "ALTER TABLE \(table.name) ALTER COLUMN \(Quoting.identifier(column.name))"
    return [
      column.defaultExpression.map { "\(alter) SET DEFAULT \($0)" } ?? "\(alter) DROP DEFAULT"
    ]
  }
}

/// The replacements of a plan with their ways back.
private struct Reversal {
  /// By the table's name when the plan was made.
  var tables: [QualifiedName: Table] = [:]

  /// One table's.
  struct Table {
    let forward: TableReplacement
    let kept: [KeptColumn]
    /// Under the names that the table had, and under those that it has after the swap.
    let reversed: TableReplacement
    let prepared: TableReplacement
    /// What the way back carries over.
    let carried: TableReplacement.Carried
  }

  init(
    of replacements: [QualifiedName: TableReplacement], parts: [SwapPart], _ names: FollowedNames
  ) throws {
    var kept: [QualifiedName: [KeptColumn]] = [:]
    for case .replacement(let name, _, _) in parts {
      kept[name] = try replacements[name]?.keptColumns(names)
    }
    let replaced = kept.mapValues { columns in
      Dictionary(columns.map { ($0.column.legacy.name, $0.name) }) { first, _ in first }
    }
    for (name, columns) in kept {
      guard let forward = replacements[name] else { continue }
      let reversed = forward.reversed(columns, replaced: replaced)
      tables[name] = Table(
        forward: forward, kept: columns, reversed: reversed,
        prepared: forward.reversed(columns, replaced: replaced, names: names),
        carried: try reversed.carried())
    }
  }
}

extension Reversal.Table {
  fileprivate func standIns() throws -> [Segment] { try forward.standIns(for: reversed) }

  fileprivate func standInsAgain() throws -> [Segment] { try prepared.standIns(for: forward) }

  fileprivate func preparation() throws -> [Segment] { try prepared.preparation(kept) }

  /// The swap's statements, after those that take keys off.
  fileprivate func swap() throws -> [String] {
    try forward.closing()
      + exchange(
        forward, try forward.carried(), setFree: forward.settingFree(for: reversed),
        keepingAs: kept.map(\.name))
  }

  fileprivate var detach: [String] {
    carried.constraints.flatMap(\.detach) + carried.keys.flatMap(\.detach)
  }

  /// The swap back: the new columns become what they were before, in step as then.
  fileprivate func back() throws -> [String] {
    let name = forward.table.name
    return kept.map { $0.stands(on: name) } + kept.flatMap { $0.remove(from: name) }
      + (try exchange(
        reversed, carried, setFree: reversed.settingFree(for: forward),
        keepingAs: forward.columns.map(\.shadow)))
      + (try forward.columns.flatMap { try $0.synchronization(shadowWins: true) })
  }

  private func exchange(
    _ replacement: TableReplacement, _ carried: TableReplacement.Carried, setFree: [String],
    keepingAs names: [String]
  ) -> [String] {
    let exchange = zip(replacement.swaps, names).flatMap { $0.exchange(keepingAs: $1) }
    return replacement.takeOver(
      carried.indexes, carried.constraints, setFree: setFree, exchange: exchange)
      + carried.keys.flatMap(\.swap)
  }
}

extension Segment {
  /// What takes it back, as pieces of their own.
  fileprivate var takenBack: [Segment] {
    let inside = undo.filter(\.isTransactional)
    let outside = undo.filter { !$0.isTransactional }.map {
      Segment(purpose: "take back: \(purpose)", work: .outsideTransaction(statement: $0))
    }
    return outside
      + (inside.isEmpty
        ? []
        : [Segment(purpose: "take back: \(purpose)", work: .transactional(statements: inside))])
  }
}
