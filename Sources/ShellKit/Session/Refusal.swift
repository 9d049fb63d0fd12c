internal import LiveMigration

/// What the shell itself refuses, before or beside the engine.
enum Refusal: Error, Hashable, Sendable {
  /// The options need a reason.
  case needsReason(options: [String])
  /// The text is not the number of a plan.
  case malformedPlanID(String)
  /// The beginning or the slug fits several plans.
  case ambiguousPlan(String, [PlanID])
  /// No plan has such a beginning or slug.
  case noPlanLike(String)
  /// Somebody must agree, and nobody is there to ask.
  case needsForce(String)
  /// The option is refused in production.
  case forceInProduction
  /// A daemon does not work on a production database.
  case daemonInProduction
  /// Somebody was asked and did not agree.
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
  var description: String {
    switch self {
    case .needsReason(let options):
      "\(options.joined(separator: " and ")) \(options.count == 1 ? "needs" : "need") "
        + "--justify with a reason"
    case .malformedPlanID(let text): "'\(text)' is not a plan's number: decimal digits alone"
    case .ambiguousPlan(let text, let ids):
      "'\(text)' fits several plans: \(ids.map(\.description).joined(separator: ", "))"
    case .noPlanLike(let text): "no plan has a number that begins with '\(text)', or that slug"
    case .needsForce(let plan):
      "abandon \(plan) must be confirmed, and there is no terminal to ask at; nothing was changed"
    case .forceInProduction:
      "--force is refused while DJOGI_ENV is production; abandon the plan at a terminal"
    case .daemonInProduction:
      "daemon is refused where DJOGI_ENV or the profile is production"
    case .declined(let id): "plan \(id) was not abandoned"
    case .untilNeedsPlan: "--until needs the plans to wait for"
    case .endedElsewhere(let id, let status, let wanted):
      "plan \(id) is \(status.rawValue) and will not become \(wanted.rawValue)"
    case .timedOut(let wanted):
      wanted.map { "the time is over and not every plan is \($0.rawValue)" } ?? "the time is over"
    case .unknownSetting(let name):
      "there is no setting '\(name)': " + SessionSettings.names.joined(separator: ", ")
    case .wrongValue(let setting, let accepted):
      "\(setting) is one of \(accepted.joined(separator: ", "))"
    case .unreadableFile(let path, let reason): "\(path) cannot be read: \(reason)"
    case .unwritableOutput(let reason): "the results could not be written: \(reason)"
    case .sourcedTooDeep(let path): "\(path) is sourced too deep: do the files source each other?"
    case .noHelp(let name, let suggestion):
      "there is no command '\(name)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    }
  }

  /// The line to type next, where one helps.
  var advice: String? {
    switch self {
    case .malformedPlanID, .noPlanLike: "list --all"
    case .ambiguousPlan: "list"
    case .needsForce(let plan): "abandon \(plan) --force"
    case .endedElsewhere(let id, _, _): "show \(id)"
    case .unknownSetting, .wrongValue: "set"
    case .noHelp: "help"
    case .needsReason: "add --justify '…'"
    default: nil
    }
  }
}
