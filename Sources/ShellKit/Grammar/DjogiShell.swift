internal import ArgumentParser

/// The whole grammar of the argument vector, for help and completion scripts.
struct DjogiShell: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "djogi-shell",
    abstract: "Change a live PostgreSQL schema, step by step.",
    discussion: """
      With standard input and output at a terminal and no command it shows a prompt. \
      With -c, -f or lines on standard input it runs a batch.
      """,
    version: ShellVersion.text,
    subcommands: ShellCommands.all)

  @OptionGroup(title: "Session options") var session: SessionOptions
}

/// The session options by themselves: what they leave over is the command.
struct SessionGrammar: ParsableCommand {
  // `--help` and `--version` are left over too, because they belong to the command behind them.
  static let configuration = CommandConfiguration(commandName: "djogi-shell", helpNames: [])

  @OptionGroup var session: SessionOptions
  @Argument(parsing: .allUnrecognized) var rest: [String] = []
}

/// The grammar of one line: the commands alone.
struct LineGrammar: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "djogi-shell",
    abstract: "Change a live PostgreSQL schema, step by step.",
    subcommands: ShellCommands.all)
}

/// The commands, in the order in which help lists them.
enum ShellCommands {
  static let all: [any ParsableCommand.Type] = [
    InitWorkspace.self, Baseline.self, ShowStatus.self, Doctor.self, DumpSchema.self,
    DiffSchema.self, PlanMigration.self, Lint.self, Apply.self, ListPlans.self, ShowPlan.self,
    RunPlan.self, ResumePlan.self, PausePlan.self, TunePlan.self, FinalizePlan.self,
    AbandonPlan.self, RollBackPlan.self, RetirePlan.self, RevertPlan.self, WatchPlans.self,
    PlanHistory.self, PrintMetrics.self, RunDaemon.self, QueryDatabase.self, ChangeSetting.self,
    SourceFile.self, ShowConnection.self, ShowHelp.self, ShowManual.self, Quit.self,
    PrintCompletion.self, Sandbox.self,
    CompletePlans.self,
  ]

  /// A command by the name that is typed.
  static func named(_ name: String) -> (any ParsableCommand.Type)? {
    all.first { $0._commandName == name || $0.configuration.aliases.contains(name) }
  }

  /// The names that help lists.
  static var names: [String] {
    all.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
  }
}

/// The program's version.
enum ShellVersion {
  static let text = "0.1.0"
}
