internal import ArgumentParser
internal import LiveMigration

struct FinalizePlan: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "finalize",
    abstract: "Run the contract phase: constraints, swap, clean-up.",
    discussion: """
      Example: finalize 7301 --keep 24h --justify INFRA-7

      With --keep the swap drops nothing: the old shape stays, hidden and in step, and rollback \
      takes the swap back in a moment, until retire gives the old shape up. Given again it changes \
      the time.
      """)

  @Argument(
    help: "The plan; the only one that the command accepts when not given.",
    completion: planCompletion(for: "finalize"))
  var plan: String?
  @Option(
    help: ArgumentHelp(
      "How long to keep the old shape after the swap: \(DurationOption.forms).",
      valueName: "duration"),
    transform: DurationOption.reading(default: "the old shape goes with the swap"))
  var keep: DurationOption?
  @Flag(help: "Let the daemon give the old shape up when the time of --keep is over.")
  var retireUnattended = false
  @OptionGroup var triggers: TriggersFlag
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  var givenReason: String? { reason.reason }

  func run(in session: ShellSession) async throws {
    guard let justification = reason.reason else {
      return try await refuse(in: session)
    }
    if retireUnattended, keep == nil {
      throw Refusal.needsOption("--retire-unattended", "--keep")
    }
    let keeping = keep.map {
      KeepingTime($0.duration, retiresUnattended: retireUnattended)
    }
    try await session.drive(plan, for: .finalize, in: place.workspace) { engine, id, observer in
      try await engine.finalize(
        id, justification: justification, keeping: keeping,
        acceptsTriggers: triggers.acceptTriggers, onEvent: observer)
    }
  }

  /// Without a reason nothing runs; what is wrong with the plan is said first, as the contract orders.
  private func refuse(in session: ShellSession) async throws {
    try session.checkForm(of: plan)
    let engine = try await session.engine(place.workspace)
    let detail = try await engine.show(try await session.plan(plan, for: .finalize, engine: engine))
    let (id, status) = (detail.row.planID, detail.row.status)
    if let holder = detail.holder { throw EngineError.heldElsewhere(id, holder) }
    let isKept = detail.row.kept != nil
    let isAccepted = Admission.accepts(
      .finalize, in: status, at: detail.waitingGate, approving: [], isKept: isKept)
    guard isAccepted || (isKept && keep != nil) else {
      throw EngineError.statusConflict(
        id, status, .finalize, detail.waitingGate, next: detail.next ?? NextStep(.plan()))
    }
    throw Refusal.needsReason(options: ["finalize"])
  }
}
