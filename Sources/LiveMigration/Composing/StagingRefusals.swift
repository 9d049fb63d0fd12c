internal import Postgres
internal import SchemaChange

/// Finds every change that no plan holds, not only the first one.
extension PlanComposition {
  /// Composes a plan; where a change is refused, composes again without it to learn of further ones.
  ///
  /// - Returns: The plan, or else a refusal for each change that was refused.
  func planOrRefusals(
    _ header: PlanHeader, _ study: Study, on connection: PostgresConnection
  ) async throws -> (plan: LivePlan?, refused: [Verdict]) {
    var study = study
    var refused: [Verdict] = []
    while true {
      do {
        let plan = try await plan(header, study, on: connection)
        return (refused.isEmpty ? plan : nil, refused)
      } catch let error as EngineError {
        guard case .cannotStage(_, let location, let reason, let rule) = error,
          let index = study.verdicts.firstIndex(where: {
            $0.change.location == location && !$0.doesNothing
          })
        else { throw error }
        let verdict = study.verdicts[index]
        refused.append(
          Verdict(
            change: verdict.change, classification: .offlineOnly, rule: rule,
            reason: "this change cannot be staged: " + reason, remedy: rule.rule.advice,
            forecast: verdict.forecast, warnings: verdict.warnings))
        study.verdicts[index].leaveOut()
      }
    }
  }
}

extension Verdict {
  /// Whether a plan does it in steps.
  var isStaged: Bool { if case .expandContract = classification { true } else { false } }
  /// Whether no plan can do it.
  var isRefused: Bool { classification == .offlineOnly }

  /// Makes it one that a plan leaves out.
  fileprivate mutating func leaveOut() {
    classification = .onlineSafe
    rule = .selectConstant
  }
}
