internal import Postgres
internal import SchemaChange

/// Changes of a migration that are applied in one transaction.
struct ApplyBatch: Sendable {
  private(set) var verdicts: [Verdict]
  private(set) var work: Segment.Work
  /// The relations that were there before and that it locks.
  private var locked: Set<QualifiedName>
  /// The explicit transaction of the file that it is.
  private let transaction: Int?
  /// Whether nothing of it takes time.
  private let isBrief: Bool

  /// The most changes that share a transaction.
  private static let most = 250

  /// Divides changes into transactions.
  static func batches(of verdicts: [Verdict], _ facts: CatalogueFacts) -> [ApplyBatch] {
    var batches: [ApplyBatch] = []
    for verdict in verdicts {
      let next = ApplyBatch(verdict, facts)
      if let last = batches.indices.last, batches[last].takes(next) { continue }
      batches.append(next)
    }
    return batches
  }

  private init(_ verdict: Verdict, _ facts: CatalogueFacts) {
    let work = StandaloneWork.of(verdict.change, facts)
    let names = work.statements.flatMap(\.locks).compactMap { facts.table($0.relation) }
    verdicts = [verdict]
    self.work = work
    locked = Set(names.map { $0.indexTable ?? $0.name })
    transaction = verdict.change.transaction
    isBrief = Self.isBrief(verdict)
  }

  /// Whether its changes can be made one by one as well.
  var isDivisible: Bool { verdicts.count > 1 && transaction == nil }

  /// How it comes by its locks: of several tables, clients of one must not wait for those of another.
  var locks: LockManner {
    guard verdicts.count > 1 else { return .asNeeded }
    return isDivisible && locked.count > 1 ? .inFrontAtOnce : .inFront
  }

  /// Takes another change in.
  ///
  /// A change that works on rows, or of which nothing is known, has a transaction of its own.
  private mutating func takes(_ next: ApplyBatch) -> Bool {
    guard transaction == next.transaction,
      transaction != nil || (verdicts.count < Self.most && isBrief && next.isBrief),
      case .transactional(let mine) = work, case .transactional(let others) = next.work
    else { return false }
    verdicts += next.verdicts
    locked.formUnion(next.locked)
    work = .transactional(statements: mine + others)
    return true
  }

  /// Whether a change takes no time: the server did it on empty copies, with the catalogue alone.
  private static func isBrief(_ verdict: Verdict) -> Bool {
    guard verdict.classification == .onlineSafe else { return false }
    if let forecast = verdict.forecast { return forecast.catalogueOnly }
    if case .other(let other) = verdict.change.operation { return brief.contains(other.kind) }
    return false
  }

  /// Statements that the forecast passes by and that write a few rows of the catalogue.
  private static let brief: Set<StatementKind> = [
    .comment, .grant, .revoke, .owner, .createType, .createFunction, .createSequence,
    .createSchema, .createView, .alterSequence, .alterFunction, .alterView,
  ]
}
