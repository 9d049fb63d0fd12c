internal import LiveMigration

extension ShellSession {
  /// Drives a plan with progress on standard error, and reports where it stands then.
  func drive(
    _ text: String?, for command: PlanCommand, in folder: String?,
    _ body: (LiveEngine, PlanID, @escaping RunObserver) async throws -> PlanOutcome
  ) async throws {
    try checkForm(of: text)
    let engine = try engine(folder)
    let id = try await plan(text, for: command, engine: engine)
    let progress = ProgressDisplay(output)
    let outcome: PlanOutcome
    hold(id)
    do {
      outcome = try await body(engine, id) { progress.observe($0) }
    } catch {
      // The plan is free, however long the reader takes.
      letGo(of: id)
      await progress.end(.failed)
      throw error
    }
    letGo(of: id)
    await progress.end(StepScreen.End(outcome))
    // A plan that has ended may need a longer word.
    if outcome.status.isTerminal { await name(id, engine) }
    output.report(OutcomeReport(outcome: outcome, reason: output.givenReason))
  }
}

extension StepScreen.End {
  /// How the step ended that a command left a plan at.
  fileprivate init(_ outcome: PlanOutcome) {
    self =
      if outcome.gate != nil {
        .gate
      } else {
        outcome.status == .paused ? .paused : .done
      }
  }
}
