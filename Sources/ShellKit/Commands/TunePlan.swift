internal import ArgumentParser
internal import LiveMigration
internal import SchemaChange

struct TunePlan: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Show or change how a plan's backfill goes on, also while it runs.",
    discussion: """
      Example: tune 7301 chunk-target=100ms max-rate=20000 workers=2

      The settings are \(Tuning.Key.allCases.map(\.rawValue).joined(separator: ", ")). The value none lifts a limit, \
      default goes back to Djogi.toml. The session that drives the plan takes a change within a second.
      """)

  @Argument(
    help: "The plan; the only one that the command accepts when not given.",
    completion: planCompletion(for: "tune"))
  var plan: String?
  @Argument(
    help: ArgumentHelp("What to change.", valueName: "setting"),
    completion: .list(Tuning.Key.allCases.map { $0.rawValue + "=" }))
  var changes: [TuningWord] = []
  @OptionGroup var reason: JustifyOption
  @OptionGroup var place: WorkspaceOption

  var givenReason: String? { reason.reason }

  /// The plan that is named: a change may stand in its place.
  private var name: String? { plan.flatMap { $0.contains("=") ? nil : $0 } }

  /// All changes, one that stands in the plan's place too.
  private var words: [TuningWord] {
    (name == nil ? plan.map { [TuningWord(argument: $0)] } ?? [] : []) + changes
  }

  func validate() throws {
    for change in words {
      guard change.key != nil else { throw ValidationError(change.complaint) }
    }
    let keys = words.compactMap(\.key)
    if let twice = keys.first(where: { key in keys.filter { $0 == key }.count > 1 }) {
      throw ValidationError("\(twice.rawValue) is given twice")
    }
  }

  func run(in session: ShellSession) async throws {
    try session.checkForm(of: name)
    let engine = try await session.engine(place.workspace)
    let id = try await session.plan(name, for: .tune, engine: engine)
    let wanted = words.compactMap { change in
      change.key.map { TuningChange(key: $0, value: change.value) }
    }
    let state = try await engine.tune(id, wanted, justification: reason.reason)
    session.output.report(TuneReport(state: state))
  }
}

/// A change as it is typed: `chunk-target=100ms`.
struct TuningWord: Hashable, Sendable, ExpressibleByArgument {
  let name: String
  let value: String
  private let isPair: Bool

  init(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    value = parts.count == 2 ? String(parts[1]) : ""
    isPair = parts.count == 2
  }

  /// What it changes; `nil` when that makes no sense.
  var key: Tuning.Key? { isPair ? Tuning.Key(rawValue: name) : nil }

  /// What is wrong with it.
  var complaint: String {
    guard isPair else { return "'\(name)' is not a change: type KEY=VALUE" }
    let near = NearestWord.of(name, among: Tuning.Key.allCases.map(\.rawValue))
    return "unknown setting '\(name)'" + (near.map { ". Did you mean '\($0)'?" } ?? "")
  }
}
