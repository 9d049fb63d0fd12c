internal import LiveMigration
internal import Postgres

/// Words the line to type next: the one place where the engine's facts become the grammar's words.
struct NextLine: Hashable, Sendable {
  /// The reason that the last command was given, which the next one may repeat.
  var reason: String?
  /// The words that name plans; a plan without one is named by its id.
  var names: [PlanID: String] = [:]
  /// What stands before a command, where the line is typed into another shell.
  var program: [String] = []

  /// The line for a step, as it can be typed or pasted.
  func text(_ step: NextStep) -> String {
    let line = advice(step) ?? command(words(step).joined(separator: " "))
    return switch step.repair {
    case .rows: "fix the rows, then \(line)"
    case .cause: "fix what is in the way, then \(line)"
    case .otherTool: "bring it in order with the tool that wrote it, then \(line)"
    case nil: line
    }
  }

  /// A command of this grammar as it is typed where the last one was.
  func command(_ words: String) -> String { (program + [words]).joined(separator: " ") }

  /// The shortest word that names a plan, as far as one is known.
  func name(_ id: PlanID) -> String { names[id] ?? id.description }

  /// What helps and is no command of ours.
  private func advice(_ step: NextStep) -> String? {
    switch step.action {
    case .restore(let path): "restore \(path) from version control"
    case .makeReadable(let path): "make \(path) readable"
    case .writeMigration: "write a migration that takes the change back"
    case .putLedgerRight(let error): error.advice
    case .reportDefect:
      "report it with the migration; split the file, and plan its parts one after the other"
    case .connectToPrimary:
      "connect to the primary; target_session_attrs=read-write in the connection string finds it"
    case .connectDirectly: "connect to the server itself, past the pooler"
    case .freeSearchPath:
      "leave pg_catalog out of search_path, which ALTER ROLE or ALTER DATABASE has set; "
        + "PGOPTIONS='-c search_path=public' does it for one command"
    default: nil
    }
  }

  private func words(_ step: NextStep) -> [String] {
    switch step.action {
    case .run(let id, let gates):
      ["run", name(id)] + gates.flatMap { ["--approve", $0.rawValue] } + consent(step)
    case .resume(let id): ["resume", name(id)] + consent(step)
    case .finalize(let id): ["finalize", name(id)] + acceptances(step) + justification
    case .rollback(let id, let rows): ["rollback", name(id)] + discarding(rows) + justification
    case .retire(let id): ["retire", name(id)] + justification
    case .revert(let id, let rows): ["revert", name(id)] + discarding(rows) + justification
    case .pause(let id): ["pause", name(id)]
    case .abandon(let id): ["abandon", name(id)]
    case .tune(let id): ["tune", name(id)]
    case .watch(let id): ["watch", name(id)]
    case .show(let id): ["show", name(id)]
    case .listPlans: ["list", "--all"]
    case .plan(let version, let app):
      ["plan"] + (version.map { [$0] } ?? []) + application(app) + acceptances(step)
    case .apply(let version, let app): ["apply", version] + application(app) + consent(step)
    case .planFile: ["plan", "FILE.sql"]
    case .writeDifference(let app): ["diff"] + application(app)
    case .showMigrations: ["status"]
    case .baseline(let reach): ["baseline"] + options(reach)
    case .allowOtherServers: ["daemon", "--allow-non-localhost"]
    case .restore, .makeReadable, .writeMigration, .putLedgerRight, .reportDefect,
      .connectToPrimary, .connectDirectly, .freeSearchPath:
      []
    }
  }

  private func options(_ reach: NextStep.Baseline) -> [String] {
    switch reach {
    case .recorded: []
    case .through(let version): ["--through", version]
    case .chosen: ["--through", "VERSION"]
    case .visible: ["--through the last version that the database has, or baseline --force"]
    }
  }

  private func discarding(_ rows: Int64?) -> [String] {
    rows.map { ["--discard-new-values", "\($0)"] } ?? []
  }

  private func application(_ label: String) -> [String] { label.isEmpty ? [] : ["--app", label] }

  private func acceptances(_ step: NextStep) -> [String] {
    step.accepts.map { acceptance in
      switch acceptance {
      case .triggers: "--accept-triggers"
      case .columnOrder: "--accept-column-order"
      }
    }
  }

  private func consent(_ step: NextStep) -> [String] {
    let options =
      (step.acceptsChangedSource || step.runsOpaque ? ["--allow-raw-dangerous"] : [])
      + (step.destroys ? ["--allow-destructive"] : [])
    return acceptances(step) + (options.isEmpty ? [] : options + justification)
  }

  /// A reason in quotes that this grammar and every shell reads alike; a gap to fill in where none was given.
  var justification: [String] {
    let text = reason.map { Masking.shown($0) } ?? "…"
    return ["--justify", "'" + text.replacing("'", with: #"'\''"#) + "'"]
  }
}

extension NextStep {
  /// The line that says it where no reason was given.
  var line: String { NextLine().text(self) }
}
