internal import LiveMigration

extension ShellSession {
  /// Refuses a word that names no plan in any way, before anything is opened.
  nonisolated func checkForm(of text: String?) throws(Refusal) {
    if let text { _ = try PlanName(text) }
  }

  /// The plan that a word names for a command.
  ///
  /// A whole id names its plan always. Of a slug, and of an end of an id, a plan that has not ended comes first: those
  /// that have ended are only meant where no other is. No word at all means the one plan that the command accepts.
  func plan(
    _ text: String?, for command: PlanCommand? = nil, engine: LiveEngine
  ) async throws -> PlanID {
    let id = try await plan(meantBy: text ?? "-", for: command, engine)
    await name(id, engine)
    return id
  }

  /// Finds the shortest word that names a plan, which the lines to type next use.
  func name(_ id: PlanID, _ engine: LiveEngine) async {
    guard
      let row = try? await engine.plans(matching: id.description, accepting: nil, limit: 1).first,
      row.planID == id,
      let namesakes = try? await engine.plans(slug: row.slug, limit: Self.looked)
    else { return }
    output.name(id, PlanName.shortest(of: row, among: namesakes))
  }

  private func plan(
    meantBy text: String, for command: PlanCommand?, _ engine: LiveEngine
  ) async throws -> PlanID {
    switch try PlanName(text) {
    case .id(let id): return id
    case .only:
      return try await only(command, engine)
    case .end(let end):
      return try choose(
        try await engine.plans(endingWith: end, limit: Self.shown), text, for: command)
    case .digits(let digits):
      return try await plan(digits: digits, for: command, engine)
    case .slug(let slug, let app, let end):
      let rows = try await engine.plans(slug: slug, limit: Self.looked).filter { row in
        (app ?? row.appLabel) == row.appLabel
          && (end.map { row.planID.description.hasSuffix($0) } ?? true)
      }
      return try choose(rows, text, for: command)
    }
  }

  private static let shown = 6
  private static let looked = 100

  private func only(_ command: PlanCommand?, _ engine: LiveEngine) async throws -> PlanID {
    let rows = try await engine.plans(matching: "", accepting: command, limit: Self.looked)
      .filter { command != nil || !$0.status.isTerminal }
    return try choose(rows, "-", for: command)
  }

  private func plan(
    digits: String, for command: PlanCommand?, _ engine: LiveEngine
  ) async throws -> PlanID {
    let begins = try await engine.plans(matching: digits, accepting: nil, limit: Self.shown)
    if let exact = begins.first(where: { $0.planID.description == digits }) { return exact.planID }
    let ends = try await engine.plans(endingWith: digits, limit: Self.shown)
    let rows = ends + begins.filter { row in !ends.contains { $0.planID == row.planID } }
    // The engine says of a whole id that there is no such plan.
    if rows.isEmpty, let id = PlanID(digits) { return id }
    return try choose(rows, digits, for: command)
  }

  /// The one plan of several that has not ended, or else the only one; of those that have ended, `revert` means the one
  /// that has left something behind.
  private func choose(
    _ rows: [PlanRow], _ text: String, for command: PlanCommand?
  ) throws(Refusal) -> PlanID {
    let unfinished = rows.filter { !$0.status.isTerminal }
    let revertible = rows.filter { $0.status != .complete && $0.revertState != .done }
    let ended = command == .revert && !revertible.isEmpty ? revertible : rows
    let meant = unfinished.isEmpty ? ended : unfinished
    guard let first = meant.first else { throw .noPlanLike(text) }
    guard meant.count == 1 else {
      throw .ambiguousPlan(text, meant.prefix(Self.shown).map(PlanCandidate.init))
    }
    return first.planID
  }
}

/// A plan that a word may mean.
struct PlanCandidate: Hashable, Sendable {
  let planID: PlanID
  let slug: String
  /// Its status, as `list` says it.
  let standing: String
  let age: String

  init(_ row: PlanRow) {
    planID = row.planID
    slug = row.slug
    standing = row.standing
    age = TimeText.ago(row.createdAt)
  }

  /// `120199336633040896  widen_amount  paused, made 3 h ago`.
  var text: String { "\(planID)  \(Sanitised.text(slug))  \(standing), made \(age)" }
}
