import Testing

@testable import LiveMigration

/// What comes next for a plan, from its state alone.
@Suite("Next step")
struct NextStepTests {
  private static let id = PlanID(milliseconds: 0, node: 0, sequence: 7301)

  @Test(
    arguments: [
      (PlanStatus.pending, NextStep(.run(id), destroys: true)),
      (.running, NextStep(.resume(id), destroys: true)),
      (.paused, NextStep(.resume(id), destroys: true)),
      (.validating, NextStep(.run(id, approving: [.validate]), destroys: true)),
      (.cutover, NextStep(.run(id, approving: [.cutoverReads]), destroys: true)),
      (.finalizing, NextStep(.finalize(id))), (.complete, nil),
      (.abandoned, NextStep(.plan())), (.failed, NextStep(.plan())),
    ] as [(PlanStatus, NextStep?)])
  func `A status has one next step`(status: PlanStatus, step: NextStep?) {
    let gate: Gate? =
      switch status {
      case .validating: .validate
      case .cutover: .cutoverReads
      default: nil
      }
    #expect(NextStep(PlanSituation(Self.id, status, at: gate, isDestructive: true)) == step)
  }

  @Test(arguments: PlanStatus.allCases)
  func `A plan that a session runs is watched`(status: PlanStatus) {
    let situation = PlanSituation(Self.id, status, isDestructive: true, isDriven: true)
    #expect(NextStep(situation) == NextStep(.watch(Self.id)))
  }

  @Test(arguments: [PlanStatus.abandoned, .failed])
  func `What an ended plan leaves is reverted`(status: PlanStatus) {
    let situation = PlanSituation(Self.id, status, isDestructive: true, leavesObjects: true)
    #expect(NextStep(situation) == NextStep(.revert(Self.id)))
  }

  @Test
  func `A file that is of no use comes first, unless the plan needs none any more`() {
    for (problem, action) in [
      (PlanSituation.FileProblem.lost(path: "p"), NextStep.Action.restore(path: "p")),
      (.unreadable(path: "p"), .makeReadable(path: "p")), (.unnamed, .show(Self.id)),
    ] {
      for status in [PlanStatus.pending, .running, .paused, .validating, .finalizing] {
        let situation = PlanSituation(
          Self.id, status, isDestructive: true, fileProblem: problem)
        #expect(NextStep(situation)?.action == action)
      }
      let ended = PlanSituation(Self.id, .abandoned, isDestructive: true, fileProblem: problem)
      #expect(NextStep(ended) == NextStep(.plan()))
    }
  }
}
