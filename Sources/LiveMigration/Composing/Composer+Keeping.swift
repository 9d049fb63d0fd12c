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
    guard settled.isEmpty else {
      throw KeepingObstacle(
        "its last transaction runs a statement once more, before it drops what that reads")
    }
    let names = finalNames
    let reversal = try Reversal(of: replacements, parts: parts, names)
    var (swap, backs): ([String], [[String]]) = ([], [])
    var (preparation, standing, wayBack): ([Segment], [Segment], [Segment]) = ([], [], [])
    var (settled, retirement): ([String], [String]) = ([], [])
    var place = FollowedNames(context.facts)
    for part in parts {
      switch part {
      case .replacement(let name, _, _):
        guard let table = reversal.tables[name] else { continue }
        swap += try table.swap()
        preparation += try table.standIns()
        wayBack += try table.preparation()
        // An upsert of the new shape asks for its indexes, also in the moment after.
        if !views.isEmpty { standing += try table.standInsAgain() }
        retirement += table.kept.flatMap(\.retirement)
      case .change(let change):
        if let back = place.follow(change) {
          swap.append(change.sql)
          backs.append([back])
        } else if let drop = try keptDrop(change, place, names, reversal) {
          swap += drop.keep
          wayBack += try drop.preparation()
          backs.append(drop.back)
          settled += try drop.settled()
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
    back += try ordered.flatMap { try $0.back() }
    back += settled + preparation.compactMap(\.indexDrop)
    let locks = locked(by: names)
    // What rows may stand in the way of is found before anything is done.
    wayBack = wayBack.filter(\.asks) + wayBack.filter { !$0.asks } + standing
    let swapsBackAt = wayBack.count
    let begun = (preparation + standing).compactMap(\.indexDrop)
    wayBack.append(.transaction("swap back to the old shape", locks + back))
    wayBack += undone.reversed().flatMap(\.takenBack)
    return KeptShape(
      preparation: preparation,
      swap: .transaction(
        "swap columns, keep the old shape", locked() + result.detach + swap),
      wayBack: wayBack, swapsBackAt: swapsBackAt, returnsTo: step,
      // A view goes by its columns, whatever they are called: until now it shows the table without what is kept.
      retirement: .transaction(
        "give the old shape up", viewRemovals + begun + retirement + schemaRemovals),
      unheld: try ordered.flatMap { try $0.kept.map { column throws in try column.unheld } })
  }

  /// In one order for all plans, so that two plans cannot wait for each other.
  func locked(by names: FollowedNames? = nil) -> [String] {
    let tables = result.locks.map { name in
      guard let names, let table = names.former(name) else { return name }
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

  private func keptDrop(
    _ change: Change, _ place: FollowedNames, _ names: FollowedNames, _ reversal: Reversal
  ) throws -> KeptDrop? {
    guard case .dropColumn(let target, let cascade) = change.operation else { return nil }
    let line = "line \(change.location.line) of the migration"
    guard let table = place.table(target.table),
      let column = table.column(place.original(target.column, in: table))
    else { throw KeepingObstacle("\(line) drops a column that the migration makes") }
    if cascade { throw KeepingObstacle("\(line) drops with CASCADE") }
    let drops = droppedColumns(of: table)
    let obstacle = KeptDrop.obstacle(
      column, of: table, drops: drops,
      replaced: Set((replacements[table.name]?.shadows ?? [:]).keys))
    if let obstacle { throw KeepingObstacle(obstacle) }
    return KeptDrop(
      table: table, column: column, drops: drops, place: place.name(of: table),
      current: target.column, after: table.renamed(by: names), names: names,
      replaced: reversal.replaced)
  }

  /// The columns of a table that the last transaction drops, with what each is called after the swap.
  private func droppedColumns(of table: TableFacts) -> [String: String] {
    var place = FollowedNames(context.facts)
    var names: [String: String] = [:]
    for (number, part) in parts.enumerated() {
      guard case .change(let change) = part else { continue }
      if case .dropColumn(let target, _) = change.operation,
        place.table(target.table)?.oid == table.oid
      {
        names[place.original(target.column, in: table)] = context.ownName("d\(number)")
      }
      _ = place.follow(change)
    }
    return names
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

extension Segment {
  fileprivate var asks: Bool { if case .ask = work { true } else { false } }

  /// What drops an index that it has built where nothing has taken it over: of a way back which was given up, or of a
  /// partition that was detached.
  fileprivate var indexDrop: String? {
    guard case .buildIndex(let index, _, _, _) = work else { return nil }
    return IfThere.run(
      "DROP INDEX \(index)", when: ["\(CatalogueBlock.relation(index)) IS NOT NULL"])
  }

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
