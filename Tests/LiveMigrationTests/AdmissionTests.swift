import LiveMigration
import Testing

/// The one table of which command a plan in which status accepts.
@Suite("Admission")
struct AdmissionTests {
  /// What the contract says each status accepts without a gate's name.
  private static let accepted: [PlanStatus: Set<PlanCommand>] = [
    .pending: [.run, .abandon, .revert, .tune],
    .running: [.run, .resume, .pause, .abandon, .revert, .tune],
    .paused: [.resume, .abandon, .revert, .tune],
    .validating: [.abandon, .revert, .tune],
    .cutover: [.abandon, .revert, .tune],
    .finalizing: [.finalize, .abandon, .revert, .tune],
    .complete: [],
    .abandoned: [.revert],
    .failed: [.revert],
  ]

  @Test(arguments: PlanStatus.allCases, PlanCommand.allCases)
  func `A status accepts what the contract says`(status: PlanStatus, command: PlanCommand) {
    let gate: Gate? =
      switch status {
      case .validating: .validate
      case .cutover: .cutoverReads
      case .finalizing: .finalize
      default: nil
      }
    let accepts = Admission.accepts(command, in: status, at: gate, approving: [])
    #expect(accepts == Self.accepted[status]?.contains(command))
    // A plan that has swapped and keeps the old shape goes back, or gives it up.
    let acceptsKept = Admission.accepts(
      command, in: status, at: gate, approving: Set(Gate.allCases), isKept: true)
    #expect(acceptsKept == (status == .finalizing && [.rollback, .retire].contains(command)))
  }

  @Test(
    arguments: [Gate.validate, .cutoverReads, .cutoverWrites],
    [Gate.validate, .cutoverReads, .cutoverWrites])
  func `A gate passes by its own name`(gate: Gate, approved: Gate) {
    let accepts = Admission.accepts(
      .run, in: gate.status, at: gate, approving: [approved])
    #expect(accepts == (gate == approved))
  }

  @Test
  func `Terminal statuses are the three that end a plan`() {
    #expect(PlanStatus.allCases.filter(\.isTerminal) == [.complete, .abandoned, .failed])
    #expect(Gate.approvable == [.validate, .cutoverReads, .cutoverWrites])
    #expect(StepKind.allCases.compactMap(Gate.init(before:)) == Gate.allCases)
  }
}
