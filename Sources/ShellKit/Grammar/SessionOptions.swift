internal import ArgumentParser
internal import LiveMigration

/// The options that hold for a whole session; they stand before or after the command.
struct SessionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder that holds Djogi.toml and migrations; the current one when not given.",
      valueName: "dir"),
    completion: .directory)
  var workspace: String?

  @Option(help: ArgumentHelp("Which of the workspace's databases to use.", valueName: "name"))
  var database: TargetDatabase = .main

  @Option(help: ArgumentHelp("How results are written; JSON is one object a line."))
  var output: OutputFormat = .text

  @Option(help: ArgumentHelp("When to use colour.", valueName: "when"))
  var color: ColourChoice = .auto

  @Option(
    name: [.customShort("c"), .customLong("command")],
    help: ArgumentHelp("Run a line; may be given again.", valueName: "line"))
  var lines: [String] = []

  @Option(
    name: [.customShort("f"), .customLong("file")],
    help: ArgumentHelp(
      "Run the lines of a file, '-' for standard input; may be given again.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  @Flag(help: "Only check the files given with -f.")
  var check = false

  @Option(help: ArgumentHelp("What to do after a line that fails.", valueName: "what"))
  var onError: FailureHandling = .stop

  @Flag(help: "Write each line to standard error before it runs.")
  var echo = false
}

/// What a batch does after a line that fails.
enum FailureHandling: String, Hashable, Sendable, CaseIterable, ExpressibleByArgument {
  case stop
  case `continue`
}
