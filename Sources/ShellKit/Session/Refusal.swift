internal import LiveMigration

/// What the shell itself refuses, before or beside the engine.
enum Refusal: Error, Hashable, Sendable {
  /// The options need a reason.
  case needsReason(options: [String])
  /// The option means nothing without another one.
  case needsOption(String, String)
  /// The text is not the number of a plan.
  case malformedPlanID(String)
  /// The word fits several plans.
  case ambiguousPlan(String, [PlanCandidate])
  /// The word fits no plan.
  case noPlanLike(String)
  /// The command must be confirmed, and there is no terminal to ask at.
  case needsForce(String?)
  /// The option is refused in production.
  case forceInProduction
  /// A daemon does not work on a production database.
  case daemonInProduction
  /// The operator was asked and did not confirm.
  case declined(PlanID)
  /// `--until` without a plan to wait for.
  case untilNeedsPlan
  /// The plan ended in another status than the one that was waited for.
  case endedElsewhere(PlanID, PlanStatus, wanted: PlanStatus)
  /// The time to wait is over.
  case timedOut(wanted: PlanStatus?)
  /// There is no such setting.
  case unknownSetting(String)
  /// The setting does not have that value.
  case wrongValue(setting: String, accepted: [String])
  /// A file cannot be read.
  case unreadableFile(String, reason: String)
  /// Another user may write a file whose lines would run.
  case untrustedFile(String)
  /// A file cannot be written; what was there before is there still.
  case unwritableFile(String, reason: String)
  /// Results cannot be written.
  case unwritableOutput(reason: String)
  /// Files that source each other, or too many levels of them.
  case sourcedTooDeep(String)
  /// There is no help on it.
  case noHelp(String, suggestion: String?)

  /// The exit status that it ends a command with.
  var status: ExitStatus {
    if case .endedElsewhere = self { return .conflict }
    return .runtime
  }
}

extension Refusal: CustomStringConvertible {
  var description: String { text(NextLine()) }

  /// What is refused, and why.
  ///
  /// - Parameter line: The words that name plans.
  func text(_ line: NextLine) -> String {
    switch self {
    case .needsReason(let options):
      "\(options.joined(separator: " and ")) \(options.count == 1 ? "needs" : "need") "
        + "--justify with a reason"
    case .needsOption(let option, let other): "\(option) needs \(other)"
    case .malformedPlanID(let text): Self.malformed(text)
    case .ambiguousPlan(let text, let plans):
      (text == "-" ? "more than one plan is meant by '-':" : "several plans match '\(text)':")
        + plans.map { "\n" + $0.text }.joined()
    case .noPlanLike("-"): "no plan is at a point where the command accepts it"
    case .noPlanLike(let text):
      "no plan has an id that begins or ends with '\(text)', or that slug"
    case .needsForce(let plan):
      (plan.map { "abandon \($0)" } ?? "abandon")
        + " must be confirmed, and there is no terminal to ask at; nothing was changed"
    case .forceInProduction:
      "--force is refused where DJOGI_ENV or the profile is production; abandon the plan at a terminal"
    case .daemonInProduction:
      "daemon is refused where DJOGI_ENV or the profile is production"
    case .declined(let id): "plan \(line.name(id)) was not abandoned"
    case .untilNeedsPlan: "--until needs the plans to wait for"
    case .endedElsewhere(let id, let status, let wanted):
      "plan \(line.name(id)) is \(status.rawValue) and will not become \(wanted.rawValue)"
    case .timedOut(let wanted):
      wanted.map { "timed out before every plan is \($0.rawValue)" } ?? "timed out"
    case .unknownSetting(let name):
      "unknown setting '\(name)': one of " + SessionSettings.names.joined(separator: ", ")
    case .wrongValue(let setting, let accepted):
      "\(setting) is one of \(accepted.joined(separator: ", "))"
    case .unreadableFile(let path, let reason): "cannot read \(path): \(reason)"
    case .untrustedFile(let path):
      "\(path) is left alone: it must be a file of yours or root's that only its owner may write"
    case .unwritableFile(let path, let reason): "cannot write \(path): \(reason)"
    case .unwritableOutput(let reason): "cannot write the results: \(reason)"
    case .sourcedTooDeep(let path): "cannot source \(path): more than 16 files source each other"
    case .noHelp(let name, let suggestion):
      "unknown command '\(name)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    }
  }

  /// What is wrong with a plan's id.
  private static func malformed(_ text: String) -> String {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return "invalid plan id '\(text)': type an id, the end of one, or a slug"
    }
    return text.hasPrefix("0")
      ? "invalid plan id '\(text)': an id has no leading zero"
      : "invalid plan id '\(text)': it is larger than any id, \(Int64.max)"
  }

  /// The line to type next, where one helps.
  func next(_ line: NextLine) -> String? {
    switch self {
    case .malformedPlanID, .noPlanLike: line.text(NextStep(.listPlans))
    case .ambiguousPlan: line.command("list")
    case .needsForce(let plan): line.command("abandon \(plan.map { $0 + " " } ?? "")--force")
    case .endedElsewhere(let id, _, _): line.text(NextStep(.show(id)))
    case .unknownSetting, .wrongValue: line.command("set")
    case .noHelp: line.command("help")
    case .needsReason: "add " + NextLine().justification.joined(separator: " ")
    default: nil
    }
  }
}
