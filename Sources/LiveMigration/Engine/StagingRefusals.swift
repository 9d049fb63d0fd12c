internal import SchemaChange

/// Finds every change that no plan holds, not only the first one.
enum StagingRefusals {
  /// Composes a plan; where a change is refused, composes again without it to learn of further ones.
  ///
  /// - Returns: The plan, or else a refusal for each change that was refused.
  static func composing(
    _ verdicts: [Verdict], _ compose: ([Verdict]) throws -> LivePlan
  ) throws -> (plan: LivePlan?, refused: [Verdict]) {
    var rest = verdicts
    var refused: [Verdict] = []
    while true {
      do {
        let plan = try compose(rest)
        return (refused.isEmpty ? plan : nil, refused)
      } catch let error as EngineError {
        guard case .cannotStage(_, let location, let reason, let rule) = error,
          let index = rest.firstIndex(where: { $0.change.location == location && !$0.doesNothing })
        else { throw error }
        refused.append(
          Verdict(
            change: rest[index].change, classification: .offlineOnly, rule: rule,
            reason: reason,
            forecast: rest[index].forecast, warnings: rest[index].warnings))
        rest[index].leaveOut()
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
