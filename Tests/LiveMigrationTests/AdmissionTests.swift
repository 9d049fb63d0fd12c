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
    let refusal = Admission.refusal(of: command, in: status, at: gate, approving: [])
    #expect((refusal == nil) == Self.accepted[status]?.contains(command))
  }

  @Test(
    arguments: [Gate.validate, .cutoverReads, .cutoverWrites],
    [Gate.validate, .cutoverReads, .cutoverWrites])
  func `A gate passes by its own name`(gate: Gate, approved: Gate) {
    let refusal = Admission.refusal(
      of: .run, in: gate.status, at: gate, approving: [approved])
    #expect(refusal == (gate == approved ? nil : .approve))
  }

  @Test(arguments: [
    (PlanStatus.pending, Admission.Advice.run), (.running, .run), (.paused, .resume),
    (.validating, .approve), (.cutover, .approve), (.complete, .planAnew),
    (.abandoned, .planAnew), (.failed, .planAnew),
  ])
  func `A refused finalize says what comes first`(status: PlanStatus, advice: Admission.Advice) {
    #expect(
      Admission.refusal(of: .finalize, in: status, at: nil, approving: []) == advice)
  }

  @Test
  func `Terminal statuses are the three that end a plan`() {
    #expect(PlanStatus.allCases.filter(\.isTerminal) == [.complete, .abandoned, .failed])
    #expect(Gate.approvable == [.validate, .cutoverReads, .cutoverWrites])
    #expect(StepKind.allCases.compactMap(Gate.init(before:)) == Gate.allCases)
  }
}
