internal import LiveMigration

extension ShellSession {
  /// Reads a plan's number where only the whole number will do: everywhere but at the prompt.
  nonisolated func checkForm(of text: String) throws(Refusal) {
    if isInteractive { return }
    guard PlanID(text) != nil else { throw .malformedPlanID(text) }
  }

  /// The plan that a word names.
  ///
  /// At the prompt that may be the beginning of its number, four digits or more, or its slug.
  func plan(_ text: String, engine: LiveEngine) async throws -> PlanID {
    guard isInteractive else {
      guard let id = PlanID(text) else { throw Refusal.malformedPlanID(text) }
      return id
    }
    let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    if isNumber, text.count < 4 {
      guard let id = PlanID(text) else { throw Refusal.malformedPlanID(text) }
      return id
    }
    let matches =
      isNumber
      ? try await engine.plans(matching: text, accepting: nil, limit: 6)
      : try await engine.plans(slug: text, limit: 6)
    if let exact = matches.first(where: { $0.planID.description == text }) { return exact.planID }
    switch matches.count {
    case 1: return matches[0].planID
    case 0: throw Refusal.noPlanLike(text)
    default: throw Refusal.ambiguousPlan(text, Array(matches.map(\.planID).prefix(5)))
    }
  }

  /// Drives a plan with progress on standard error, and reports where it stands then.
  func drive(
    _ text: String, in folder: String?,
    _ body: (LiveEngine, PlanID, @escaping RunObserver) async throws -> PlanOutcome
  ) async throws {
    try checkForm(of: text)
    let engine = try engine(folder)
    let id = try await plan(text, engine: engine)
    let progress = ProgressDisplay(output)
    let outcome: PlanOutcome
    hold(id)
    do {
      outcome = try await body(engine, id) { progress.observe($0) }
    } catch {
      // The plan is free, however long the reader takes.
      letGo(of: id)
      await progress.end()
      throw error
    }
    letGo(of: id)
    await progress.end()
    output.report(OutcomeReport(outcome: outcome, reason: output.givenReason))
  }
}
