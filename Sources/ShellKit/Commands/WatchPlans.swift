internal import ArgumentParser
internal import LiveMigration

struct WatchPlans: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show progress while another session drives.",
    discussion: """
      Example: watch 7301 --until validating --timeout 2h

      Without PLAN every unfinished plan is watched. --until ends with 0 when the status is reached \
      or passed, 5 when a plan ends elsewhere and 1 when --timeout is over.
      """)

  @Argument(
    help: "The plans; every unfinished one when not given.",
    completion: planCompletion(for: "watch"))
  var plans: [String] = []
  @Option(
    help: ArgumentHelp(
      "How often to look: \(DurationOption.forms); 2s at a terminal when not given.",
      valueName: "duration"),
    transform: DurationOption.reading(default: "2s at a terminal, 1s and later more in a log"))
  var interval: DurationOption?
  @Option(help: ArgumentHelp("Look this many times.", valueName: "n"))
  var count: PositiveNumber?
  @Option(help: "Wait until every plan has this status.")
  var until: PlanStatus?
  @Option(
    help: ArgumentHelp("Give up after this long; never when not given.", valueName: "duration"),
    transform: DurationOption.reading(default: "it never gives up"))
  var timeout: DurationOption?
  @OptionGroup var place: WorkspaceOption

  func run(in session: ShellSession) async throws {
    if until != nil, plans.isEmpty { throw Refusal.untilNeedsPlan }
    for plan in plans { try session.checkForm(of: plan) }
    let engine = try await session.engine(place.workspace)
    var ids: [PlanID] = []
    for plan in plans { ids.append(try await session.plan(plan, engine: engine)) }
    var watch = PlanWatch(
      ids: ids, interval: interval?.duration, count: count?.value, until: until,
      timeout: timeout?.duration, output: session.output)
    do {
      try await watch.run(
        { try await engine.snapshot($0) }, onLoss: { await engine.tellOfLostDriver($0) })
    } catch is CancellationError where session.isInteractive && until == nil {
      // Nothing else ends it: leaving is no failure.
      watch.leave()
    } catch {
      session.output.stand([])
      throw error
    }
  }
}
