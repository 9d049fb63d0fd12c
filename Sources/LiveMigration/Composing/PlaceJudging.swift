internal import Postgres
internal import SchemaChange

/// Judges again, where it stands, each change that depends on an earlier one of its file.
///
/// A name means what the earlier changes made of it: a table that was renamed, a function that was replaced, a type that
/// is new. What the database is before the file says nothing about such a change.
struct PlaceJudging: Sendable {
  let settings: LiveSettings
  /// `nil` where there is no server that could hold one.
  let replay: SchemaReplay?

  /// Gives every change its verdict at its place, and what it reads through the catalogue.
  func judge(_ study: inout Study, on connection: PostgresConnection) async throws {
    let changes = study.verdicts.map(\.change)
    var earlier = EarlierChanges(tables: Set(study.facts.tables.values.map(\.name.name)))
    for (index, change) in changes.enumerated() {
      defer {
        if !study.verdicts[index].doesNothing {
          earlier.append(change, study.effects[index], at: index)
        }
      }
      guard !earlier.isEmpty else { continue }
      let isJudged =
        change.mayWorkOnRows || study.verdicts[index].classification == .offlineOnly
      guard isJudged || change.runsQuery else { continue }
      let reads = earlier.reaching(try await reads(of: change, study, on: connection))
      study.effects[index].reads = reads
      guard isJudged else { continue }
      let shaping = changes[index].operation.isBatch ? earlier.last(thatShapes: reads) : nil
      let beside = earlier.last(beside: change, study.verdicts[index])
      guard let cause = earlier.last(thatChanges: reads) ?? shaping ?? beside else { continue }
      guard try await judge(index, because: cause, of: changes, &study, on: connection) else {
        return
      }
    }
  }

  /// Everything that a change reads, directly or through the catalogue.
  private func reads(
    of change: Change, _ study: Study, on connection: PostgresConnection
  ) async throws -> Set<String> {
    let tables = change.mentions.compactMap(study.facts.table)
    var names = ChangeEffects(change, study.facts).reads
    for table in tables {
      names.formUnion(table.tree.map(\.name.name))
      names.formUnion(table.inboundForeignKeys.map(\.table.name))
    }
    var dressed: Set<String> = []
    if case .alterColumnType = change.operation {
      dressed = Set(tables.flatMap(\.tree).map(\.name.name))
    }
    return try await ReachableNames.of(names, dressed: dressed, on: connection)
  }

  /// Judges one change on the copy; `false` when an earlier one is refused there, so that nothing after it can be told.
  private func judge(
    _ index: Int, because cause: Int, of changes: [Change], _ study: inout Study,
    on connection: PostgresConnection
  ) async throws -> Bool {
    let change = changes[index]
    do {
      guard let replay else { throw NoProof("there is no server to hold one") }
      let there = try await replay.study(
        index..<index + 1, of: changes, settings: settings, like: connection)
      study.adopt(there, at: index)
      study.replayed.insert(index)
      return true
    } catch let missing as NoProof {
      study.verdicts[index] = .needsCopy(change, because: changes[cause], missing.description)
      return true
    } catch let refusal as CopyRefusal {
      let refused = changes[refusal.position]
      study.verdicts[refusal.position] = .refused(refused, refusal.error)
      return false
    }
  }
}

/// The changes before one, by what they do to names.
private struct EarlierChanges {
  /// The names of the tables that there were before the file.
  let tables: Set<String>
  private var effects: [(index: Int, effects: ChangeEffects)] = []
  private var shaping: [(index: Int, names: Set<String>)] = []
  private var mentioned: [(index: Int, names: Set<String>)] = []
  /// Every name that one of them rebinds.
  private var rebound: Set<String> = []

  init(tables: Set<String>) { self.tables = tables }

  var isEmpty: Bool { effects.isEmpty && shaping.isEmpty && mentioned.isEmpty }

  mutating func append(_ change: Change, _ own: ChangeEffects, at index: Int) {
    var own = own
    mentioned.append((index, Set(change.mentions.map(\.name))))
    switch change.operation {
    // The classifier knows what is new, unless the name meant something else before.
    case .createTable: own.brings = own.brings.intersection(rebound.union(tables))
    case .addColumn:
      shaping.append((index, own.brings))
      own.brings.formIntersection(rebound)
    case .alterColumnType(let alter): shaping.append((index, [alter.target.column]))
    // The key that tells a batch its rows may go with it, or take NULL.
    case .dropColumn(let target, _), .dropNotNull(let target), .renameColumn(let target, _):
      shaping.append((index, [target.table.name]))
    case .dropConstraint(let table, _, _): shaping.append((index, [table.name]))
    case .other(let other) where other.relation.map(change.operation.isMetByRows) == true:
      shaping.append((index, Set([other.relation?.name].compactMap(\.self))))
    case .createIndex, .addConstraint: own.brings.formIntersection(rebound)
    // Its objects have names of their own.
    case .other(let other) where other.kind == .createExtension: own.rebindsAnything = true
    default: break
    }
    rebound.formUnion(own.rebinds)
    guard own.rebindsAnything || !own.rebinds.isEmpty || !own.brings.isEmpty else { return }
    effects.append((index, own))
  }

  /// The names with those that are read by what earlier changes make of them: a view of the file's own, a function.
  func reaching(_ names: Set<String>) -> Set<String> {
    effects.reversed().reduce(into: names) { names, earlier in
      let made = earlier.effects.rebinds.union(earlier.effects.brings)
      if !made.isDisjoint(with: names) { names.formUnion(earlier.effects.reads) }
    }
  }

  /// The last change that adds a column of one of the names, changes its type, or takes a column from a table.
  func last(thatShapes names: Set<String>) -> Int? {
    shaping.last { !$0.names.isDisjoint(with: names) }?.index
  }

  /// The last change about a table of an `ATTACH PARTITION` that does work: it may make an index or a constraint which
  /// both tables have in common then.
  func last(beside change: Change, _ verdict: Verdict) -> Int? {
    guard case .attachPartition(let parent, let partition) = change.operation,
      verdict.classification != .onlineSafe
    else { return nil }
    return mentioned.last { !$0.names.isDisjoint(with: [parent.name, partition.name]) }?.index
  }

  /// The last change that gives one of the names its meaning.
  func last(thatChanges names: Set<String>) -> Int? {
    effects.last { $0.effects.changesMeaning(of: names) }?.index
  }
}

extension SchemaOperation {
  /// Whether it is a write that may be made in batches, which only a table with all of its columns can tell.
  fileprivate var isBatch: Bool {
    if case .other(let other) = self { other.kind.writesRows } else { false }
  }
}

extension Study {
  /// Takes over what was learnt of one change at its place.
  fileprivate mutating func adopt(_ there: Study, at index: Int) {
    guard let verdict = there.verdicts.first, let own = there.effects.first else { return }
    verdicts[index] = verdict
    conversions[index] = there.conversions[0]
    attachments[index] = there.attachments[0]
    indexNames[index] = there.indexNames[0]
    let reads = effects[index].reads.union(own.reads)
    effects[index] = own
    effects[index].reads = reads
  }
}

extension Verdict {
  /// A refusal where only a copy of the schema could tell what a change finds.
  fileprivate static func needsCopy(
    _ change: Change, because cause: Change, _ reason: String
  ) -> Verdict {
    Verdict(
      change: change, classification: .offlineOnly, rule: .dependsOnEarlier,
      reason:
        "it depends on what line \(cause.location.line) changes, which can only be tried on a "
        + "copy of the schema, and \(reason)",
      remedy: "put it into a migration of its own, after this one")
  }

  /// A refusal by the server itself.
  fileprivate static func refused(_ change: Change, _ error: ServerError) -> Verdict {
    Verdict(
      change: change, classification: .offlineOnly, rule: .serverRefuses,
      reason: "the server refuses it: \(error.message) (SQLSTATE \(error.sqlState))"
        + (error.detail.map { "; \($0)" } ?? ""),
      remedy: error.hint ?? "fix the statement; PostgreSQL would reject it too")
  }
}
